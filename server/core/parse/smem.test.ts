import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { parseSmem } from "./smem";

// Printed by smem 1.5 of Debian 12; the command lines are shortened.
const AREAS = `Area                           Used      Cache   Noncache
firmware/hardware                 0          0          0
kernel image                      0          0          0
kernel dynamic memory       6641172    6375152     266020
userspace memory             162924      63620      99304
free memory                17880004   17880004          0
`;
const TABLE = `  PID User     Command                         Swap      USS      PSS      RSS
 3816 root     /usr/bin/python3 /usr/bin/s        0    11580    12016    13832
 3597 www-data nginx: worker process             12    35852    35854    35860
-------------------------------------------------------------------------------
   18 1                                           0   141028   148474   178792
`;
const total = (value: ReturnType<typeof parseSmem>["value"]) =>
  value.totals?.fields.get("MemTotal")?.value;

describe("smem", () => {
  it("-w: the areas as fields of meminfo", () => {
    const { value, skipped } = parseSmem(AREAS);
    expect(skipped).toEqual([]);
    const fields = value.totals?.fields ?? new Map();
    expect(Object.fromEntries([...fields].map(([name, of]) => [name, of.value / 1024]))).toEqual({
      ...{ MemTotal: 6_641_172 + 162_924 + 17_880_004, MemFree: 17_880_004 },
      ...{ AnonPages: 99_304, Cached: 6_375_152 + 63_620 },
    });
    expect(value.kernelNoncache).toEqual({ value: 266_020 * 1024, line: 4 });
  });

  it("-k rounds to a tenth of the unit", () => {
    const { totals } = parseSmem(
      "kernel dynamic memory  6.3G  6.1G  259.8M\nuserspace memory  159.0M  62.0M  97.0M\nfree memory  17.1G  17.1G  0\n",
    ).value;
    expect(totals?.fields.get("MemFree")?.value).toBe(Math.round(17.1 * 1024 ** 3));
    expect(totals?.rounding).toBeGreaterThan(0.3 * 1024 ** 3);
  });

  it("processes with shared memory parted among its users", () => {
    const { value, skipped } = parseSmem(TABLE);
    expect(skipped).toEqual([]);
    expect(value.totals).toBeUndefined();
    expect(value.rows[0]).toMatchObject({ pid: 3816, comm: "python3", pss: 12_016 * 1024 });
    expect(value.rows[1]).toEqual({
      ...{ pid: 3597, line: 3, user: "www-data", comm: "nginx" },
      ...{ cmdline: "nginx: worker process", swap: 12 * 1024 },
      ...{ pss: 35_854 * 1024, rss: 35_860 * 1024 },
    });
  });

  it("keeps good lines next to bad ones; refuses percentages", () => {
    const { value, skipped } = parseSmem(`${TABLE}bad line\n12 root cut\n${AREAS}`);
    expect(value.rows).toHaveLength(2);
    expect(total(value)).toBe(24_684_100 * 1024);
    expect(skipped.map(({ line }) => line)).toEqual([6, 7]);
    expect(() => parseSmem("free memory   72.4%  72.4%  0.0%")).toThrow("smem");
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parseSmem, AREAS + TABLE));
  it("is not disturbed by what stands around it", () =>
    expectNeverLost({ parse: parseSmem, good: AREAS + TABLE, pick: total }));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({ parse: parseSmem, good: AREAS + TABLE, pick: total }),
  );
});
