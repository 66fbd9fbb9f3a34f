import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseTop } from "./top";

const MIB = 1024 ** 2;
// procps 4.0.2.
const GOOD = `top - 07:47:02 up 47 min,  0 user,  load average: 0.77, 0.72, 0.39
Tasks: 106 total,   2 running, 103 sleeping,   0 stopped,   1 zombie
%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st
MiB Mem :  24105.6 total,  21493.6 free,   1322.5 used,   1588.5 buff/cache
MiB Swap:      0.0 total,      0.0 free,      0.0 used.  22783.0 avail Mem

  PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
15995 root      20   0 2251068 678192  41948 R 100.0   2.7   0:01.23 node
  600 db        20   0 4887336 3.157g 419748 S 316.0 10.14  17:22.41 hdbindexse+
`;
const fieldsOf = (text: string) =>
  Object.fromEntries(
    [...(parseTop(text).value.totals?.fields ?? [])].map(([name, { value }]) => [name, value]),
  );

describe("top -b", () => {
  it("memory lines and processes of procps 4", () => {
    const { value, skipped } = parseTop(GOOD);
    expect(skipped).toEqual([]);
    expect(fieldsOf(GOOD)).toMatchObject({
      ...{ MemTotal: Math.round(24_105.6 * MIB), MemFree: Math.round(21_493.6 * MIB) },
      ...{ Cached: Math.round(1588.5 * MIB), MemAvailable: 22_783 * MIB },
    });
    expect(value.rows).toMatchObject([
      { pid: 15_995, comm: "node", rss: 678_192 * 1024, state: "R", user: "root" },
      { pid: 600, comm: "hdbindexse", rss: Math.round(3.157 * 1024 ** 3) },
    ]);
  });

  it("procps 3.3 ends the line of swap with the cache, decimals may be commas", () => {
    const text =
      "KiB Mem:   8095112 total,  7637516 used,   457596 free,   146100 buffers\nKiB Swap:  8305660 total,   207268 used,  8098392 free.  4300632 cached Mem";
    expect(fieldsOf(text)).toEqual({
      ...{ MemTotal: 8_095_112 * 1024, MemFree: 457_596 * 1024, Buffers: 146_100 * 1024 },
      ...{ SwapTotal: 8_305_660 * 1024, SwapFree: 8_098_392 * 1024, Cached: 4_300_632 * 1024 },
    });
    expect(
      parseTop(GOOD.replaceAll(/(\d)\.(\d)/g, "$1,$2")).value.totals?.fields.get("MemTotal")?.value,
    ).toBe(Math.round(24_105.6 * MIB));
  });

  it("procps 3.2 and busybox", () => {
    const old =
      "Mem:   8167848k total,  8100000k used,    67848k free,   123456k buffers\nSwap:  2097144k total,        0k used,  2097144k free,  1234567k cached";
    expect(fieldsOf(old)).toMatchObject({ MemTotal: 8_167_848 * 1024, Cached: 1_234_567 * 1024 });
    const busybox = "Mem: 100K used, 50K free, 1K shrd, 10K buff, 20K cached";
    expect(fieldsOf(busybox)).toEqual({
      MemTotal: 153_600,
      MemFree: 51_200,
      Buffers: 10_240,
      Cached: 20_480,
    });
  });

  it("a number that was cut at its column is not known", () => {
    expect(
      parseTop(`KiB Mem : 13186304+total, 5 free\n${GOOD.split("\n").slice(6).join("\n")}`).value
        .totals,
    ).toBeUndefined();
  });

  it("prose is no screen", () => {
    expect(() => parseTop("top: failed tty get")).toThrow(ParseError);
  });

  const pick = (value: ReturnType<typeof parseTop>["value"]) => value.rows.length;
  it("never throws anything but ParseError", () => expectOnlyParseErrors(parseTop, GOOD));
  it("is not disturbed by what stands around it", () =>
    expectNeverLost({ parse: parseTop, good: GOOD, pick }));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({ parse: parseTop, good: GOOD, pick }),
  );
});
