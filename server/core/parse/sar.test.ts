import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseSar, type Sar, type SarMoment } from "./sar";
import { sarTotals } from "./sar-totals";

// Written by hand after sysstat's pr_stats.c: no capture of ours has sar.
const KIB = 1024;
const GIB_KB = 1_048_576;
const TITLE = "Linux 5.14.0-70.el9.x86_64 (db-7) \t02/11/2022 \t_x86_64_\t(8 CPU)\n\n";
const ALL =
  "kbmemfree   kbavail kbmemused  %memused kbbuffers  kbcached  kbcommit   %commit  kbactive   kbinact   kbdirty  kbanonpg    kbslab  kbkstack   kbpgtbl  kbvmused";
/** 16 GiB: 4 free, 1 buffers, 3 cached, 2 slab, 6 used. */
const ROW_12 = `${4 * GIB_KB} ${8 * GIB_KB} ${6 * GIB_KB} 37.50 ${GIB_KB} ${3 * GIB_KB} 100 0.10 500 600 7 ${5 * GIB_KB} ${2 * GIB_KB} 4480 4240 12372`;

const last = (text: string): SarMoment => {
  const moment = parseSar(text).value.moments.at(-1);
  if (!moment) throw new Error("no moment");
  return moment;
};
const kb = (moment: SarMoment, field: string) =>
  (sarTotals(moment)?.value.get(field)?.value ?? Number.NaN) / KIB;

describe("sar -r ALL", () => {
  it("gives the host, moments with time and line, and fields of meminfo", () => {
    const text = `${TITLE}12:00:01 AM ${ALL}\n12:10:01 AM ${ROW_12}\n02:20:01 PM ${ROW_12}\nAverage:     ${ROW_12}\n`;
    const { value, skipped } = parseSar(text);
    expect(skipped).toEqual([]);
    expect(value).toMatchObject({
      hostname: "db-7",
      kernel: "5.14.0-70.el9.x86_64",
      cpus: 8,
      arch: "x86_64",
    });
    expect(value.moments.map(({ at }) => at)).toEqual([
      "2022-02-11T00:10:01Z",
      "2022-02-11T14:20:01Z",
    ]);
    expect(value.moments[1]?.columns.get("kbslab")).toEqual({ value: 2 * GIB_KB * KIB, line: 5 });
    const totals = sarTotals(last(text));
    expect(totals?.value.get("MemTotal")).toEqual({ value: 16 * GIB_KB * KIB, line: 5 });
    expect(totals?.formulas.get("MemTotal")).toBe(
      "kbmemused + kbmemfree + kbbuffers + kbcached + kbslab",
    );
    expect(kb(last(text), "KernelStack")).toBe(4480);
    expect(totals?.value.has("SReclaimable")).toBe(false);
  });

  it("knows the older meaning of kbmemused, all that is not free (sysstat 9 to 11)", () => {
    const header = "kbmemfree kbmemused  %memused kbbuffers  kbcached  kbcommit   %commit";
    const text = `${TITLE}00:00:01    ${header}\n00:10:01 ${4 * GIB_KB} ${12 * GIB_KB} 75.00 1 2 3 0.01\n`;
    expect(kb(last(text), "MemTotal")).toBe(16 * GIB_KB);
    expect(sarTotals(last(text))?.formulas.get("MemTotal")).toBe("kbmemused + kbmemfree");
  });

  it("knows the newest meaning, all that is not available, and kbshmem (sysstat 12.7)", () => {
    const header = "kbmemfree kbavail kbmemused %memused kbbuffers kbcached kbshmem";
    const text = `${TITLE}00:00:01 ${header}\n00:10:01 ${GIB_KB} ${12 * GIB_KB} ${4 * GIB_KB} 25.00 1 ${6 * GIB_KB} ${GIB_KB}\n`;
    expect(kb(last(text), "MemTotal")).toBe(16 * GIB_KB);
    expect(kb(last(text), "Shmem")).toBe(GIB_KB);
  });

  it("works slab out of the percentage where plain -r of sysstat 12 leaves it out", () => {
    const header = "kbmemfree kbavail kbmemused %memused kbbuffers kbcached";
    const text = `${TITLE}00:00:01 ${header}\n00:10:01 ${4 * GIB_KB} ${8 * GIB_KB} ${6 * GIB_KB} 37.50 ${GIB_KB} ${3 * GIB_KB}\n`;
    const totals = sarTotals(last(text));
    expect(kb(last(text), "MemTotal")).toBe(16 * GIB_KB);
    expect(kb(last(text), "Slab")).toBe(2 * GIB_KB);
    expect(totals?.roundedBy).toBeCloseTo((16 * GIB_KB * KIB * 0.005) / 37.5, -1);
  });
});

describe("the forms of sar", () => {
  it.each([
    ["00:10:01", "a clock of 24 hours"],
    ["12:10:01 AM", "of 12 hours"],
    ["12:10:01 a.m.", "of 12 hours, spelt out"],
    ["上午 12:10:01", "of 12 hours, word first"],
    ["00时10分01秒", "of a Chinese locale"],
    ["00h10m01s", "with letters"],
  ])("%s: %s", (clock) => {
    const { moments } = parseSar(`${TITLE}${clock} ${ALL}\n${clock} ${ROW_12}\n`).value;
    expect(moments.map(({ at }) => at)).toEqual(["2022-02-11T00:10:01Z"]);
  });

  it.each([
    ["02/11/2022", "2022-02-11"],
    ["02/11/22", "2022-02-11"],
    ["2022-02-11", "2022-02-11"],
    ["11.02.2022", "2022-02-11"],
    ["23/02/2022", "2022-02-23"],
    ["2022年02月11日", "2022-02-11"],
  ])("a day written %s", (day, iso) => {
    const text = `Linux 5.4.0 (a)  ${day}  _x86_64_ (2 CPU)\n10:00:01 ${ALL}\n10:10:01 ${ROW_12}\n`;
    expect(last(text).at).toBe(`${iso}T10:10:01Z`);
  });

  it("decimals with a comma, and --human", () => {
    const comma = `${TITLE}10:00:01 ${ALL}\n10:10:01 ${ROW_12.replaceAll(".", ",")}\n`;
    expect(kb(last(comma), "MemTotal")).toBe(16 * GIB_KB);
    const header = "kbmemfree kbmemused %memused";
    const human = parseSar(`${TITLE}10:00:01 ${header}\n10:10:01 4.0G 12.0G 75.0%\n`).value;
    expect(human.isRounded).toBe(true);
    expect(human.moments[0]?.columns.get("kbmemused")?.value).toBe(12 * GIB_KB * KIB);
  });

  it("puts the blocks of sar -A together by time, and passes over the others", () => {
    const text = `${TITLE}10:00:01        CPU      %usr\n10:10:01        all      1.10\nAverage:        all      1.10\n
10:00:01 ${ALL}\n10:10:01 ${ROW_12}\n
10:00:01    kbswpfree kbswpused  %swpused  kbswpcad   %swpcad\n10:10:01 300 200 40.00 10 5.00\n
10:00:01    kbhugfree kbhugused  %hugused\n10:10:01 1024 3072 75.00\n
10:00:01       totsck    tcpsck    udpsck    rawsck   ip-frag    tcp-tw\n10:10:01 170 9 8 0 0 12\n`;
    const moment = last(text);
    expect(kb(moment, "SwapTotal")).toBe(500);
    expect(kb(moment, "Hugetlb")).toBe(4096);
    expect(moment.columns.get("tcp-tw")).toEqual({ value: 12, line: 17 });
  });

  it("counts on over midnight and begins anew with a restart", () => {
    const night = `${TITLE}23:40:01 ${ALL}\n23:50:01 ${ROW_12}\n00:00:01 ${ROW_12}\n`;
    expect(parseSar(night).value.moments.map(({ at }) => at)).toEqual([
      "2022-02-11T23:50:01Z",
      "2022-02-12T00:00:01Z",
    ]);
    const again = `${TITLE}10:00:01 ${ALL}\n10:10:01 ${ROW_12}\n\n10:15:00       LINUX RESTART\t(8 CPU)\n\n10:20:01 ${ALL}\n10:30:01 ${ROW_12}\n`;
    expect(parseSar(again).value).toMatchObject({
      restarts: 1,
      moments: [{ at: "2022-02-11T10:30:01Z" }],
    });
  });

  it("without memory is an error", () => {
    expect(() => parseSar(`${TITLE}10:00:01 CPU %usr\n10:10:01 all 1.10\n`)).toThrow(ParseError);
  });
});

describe("hostile sar", () => {
  const hostile = {
    parse: parseSar,
    good: `10:00:01 ${ALL}\n10:10:01 ${ROW_12}`,
    pick: (sar: Sar) => sar.moments[0]?.columns.get("kbslab")?.value,
  };
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseSar));
  it("never loses a row among garbage", () => expectNeverLost(hostile));
  it("is read in linear time", () => expectLinear(hostile), 20_000);
});
