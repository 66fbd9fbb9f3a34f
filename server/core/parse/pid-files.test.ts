import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import {
  parsePidCgroup,
  parsePidCmdline,
  parsePidSmapsRollup,
  parsePidStat,
  parsePidStatus,
} from "./pid-files";
import type { ProcessRow } from "./process";

const KIB = 1024;
const PAGE = 4096;
const capture = (name: string) => readFixture(`live-memsnap-incident/pids.${name}`);
const worker = (rows: readonly ProcessRow[]) => rows.find((row) => row.pid === 1163);

describe("files of the stopped nginx worker", () => {
  it("status: stopped, small, and its sizes in bytes", () => {
    const { value, skipped } = parsePidStatus(capture("status"));
    expect(skipped).toEqual([]);
    expect(worker(value)).toEqual({
      pid: 1163,
      line: 58,
      comm: "nginx",
      state: "T",
      ppid: 1162,
      uid: 65534,
      threads: 1,
      rss: 6124 * KIB,
      rssAnon: 2988 * KIB,
      rssFile: 3132 * KIB,
      rssShmem: 4 * KIB,
      vmPte: 60 * KIB,
      swap: 0,
      vmLck: 0,
      vmPin: 0,
      hugetlb: 0,
    });
  });

  it("smaps_rollup: proportional size", () => {
    const { value, skipped } = parsePidSmapsRollup(capture("smaps_rollup"));
    expect(skipped).toEqual([]);
    expect(worker(value)).toEqual({
      pid: 1163,
      line: 22,
      rss: 6124 * KIB,
      pss: 3064 * KIB,
      swap: 0,
      vmLck: 0,
    });
  });

  it("cgroup: the memory controller's path, not the unified one", () => {
    const { value, skipped } = parsePidCgroup(capture("cgroup"));
    expect(skipped).toEqual([]);
    expect(worker(value)).toEqual({ pid: 1163, line: 31, cgroup: "/svc/app" });
  });

  it("stat: rss in bytes", () => {
    const { value, skipped } = parsePidStat(capture("stat"), PAGE);
    expect(skipped).toEqual([]);
    expect(worker(value)).toEqual({
      pid: 1163,
      line: 4,
      comm: "nginx",
      state: "T",
      ppid: 1162,
      threads: 1,
      rss: 1491 * PAGE,
    });
  });

  it("cmdline", () => {
    const { value, skipped } = parsePidCmdline(capture("cmdline"));
    expect(skipped).toEqual([]);
    expect(worker(value)).toEqual({ pid: 1163, line: 4, cmdline: "nginx: worker process" });
  });
});

describe.skipIf(!hasCapture(""))("one process's own files in a sosreport", () => {
  it("status names its pid", () => {
    const { value } = parsePidStatus(readCapture("hotsos-k8s-worker-2004/proc/350/status"));
    expect(value).toHaveLength(1);
    expect(value[0]).toMatchObject({ pid: 350, line: 1, ppid: 1 });
    expect(value[0]).not.toHaveProperty("isKernelThread");
  });

  it("smaps is added up over its mappings", () => {
    const text = readCapture("hotsos-k8s-worker-2004/proc/350/smaps");
    const { value, skipped } = parsePidSmapsRollup(text, 350);
    expect(skipped).toEqual([]);
    // Sums taken with awk.
    expect(value).toMatchObject([{ pid: 350, rss: 65148 * KIB, pss: 38680 * KIB, swap: 0 }]);
  });
});

describe("odd process files", () => {
  it("mark a kernel thread by its lack of memory, and by the word of newer kernels", () => {
    const old = "Name:\tksoftirqd/0\nState:\tS (sleeping)\nPid:\t14\nPPid:\t2\nThreads:\t1";
    expect(parsePidStatus(old).value[0]).toMatchObject({ pid: 14, isKernelThread: true });
    const zombie = "Name:\tsh\nState:\tZ (zombie)\nPid:\t99\nPPid:\t1\nKthread:\t0";
    expect(parsePidStatus(zombie).value[0]).not.toHaveProperty("isKernelThread");
    expect(parsePidStatus(zombie).value[0]).not.toHaveProperty("rss");
  });

  it("mark a kernel thread by its flag in stat", () => {
    const text = "14 (ksoftirqd/0) S 2 0 0 0 -1 69238848 0 0 0 0 0 0 0 0 20 0 1 0 20 0 0 1844";
    expect(parsePidStat(text, PAGE).value[0]).toMatchObject({ isKernelThread: true, rss: 0 });
  });

  it("keep a comm with blanks and brackets", () => {
    const text = "7 (a) R (b c) S 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 3 0 20 999 5 1844";
    expect(parsePidStat(text, PAGE).value[0]).toMatchObject({
      comm: "a) R (b c",
      state: "S",
      threads: 3,
      rss: 5 * PAGE,
    });
  });

  it("use the unified cgroup when no v1 memory controller is there", () => {
    const text = "1:name=systemd:/x\n0::/kubepods.slice/pod 1/c:1";
    expect(parsePidCgroup(text, 5).value).toEqual([
      { pid: 5, line: 1, cgroup: "/kubepods.slice/pod 1/c:1" },
    ]);
  });

  it("join NUL-separated arguments, and know no row of an empty file", () => {
    const text = "/usr/sbin/nginx\0-g\0daemon off;\0";
    expect(parsePidCmdline(text, 5).value[0]?.cmdline).toBe("/usr/sbin/nginx -g daemon off;");
    expect(parsePidCmdline("", 2).value).toEqual([]);
  });

  it("are refused without a pid", () => {
    expect(() => parsePidCgroup("4:memory:/svc/app")).toThrow(ParseError);
    expect(() => parsePidStatus("VmRSS:\t1 kB")).toThrow(ParseError);
    expect(() => parsePidSmapsRollup("Rss: 1 kB")).toThrow(ParseError);
  });
});

describe("hostile process files", () => {
  const rss = (rows: readonly ProcessRow[]) => rows[0]?.rss;
  const cases = [
    {
      name: "status",
      parse: parsePidStatus,
      good: "/proc/1163/status:VmRSS:\t  6124 kB",
      pick: rss,
    },
    {
      name: "smaps_rollup",
      parse: parsePidSmapsRollup,
      good: "/proc/1163/smaps_rollup:Rss:   6124 kB",
      pick: rss,
    },
    {
      name: "cgroup",
      parse: parsePidCgroup,
      good: "/proc/1163/cgroup:4:memory:/svc/app",
      pick: (rows: readonly ProcessRow[]) => rows[0]?.cgroup,
    },
    {
      name: "stat",
      parse: (text: string) => parsePidStat(text, PAGE),
      good: "14 (ksoftirqd/0) S 2 0 0 0 -1 69238848 0 0 0 0 0 0 0 0 20 0 1 0 20 0 7 1844",
      pick: rss,
    },
    {
      name: "cmdline",
      parse: parsePidCmdline,
      good: "1163 nginx: worker process",
      pick: (rows: readonly ProcessRow[]) => rows.find((row) => row.pid === 1163)?.cmdline,
    },
  ];
  it.each(cases)("$name throws nothing but ParseError", ({ parse }) => {
    expectOnlyParseErrors((text) => parse(text));
  });
  it.each(cases)("$name keeps its line among garbage", ({ parse, good, pick }) => {
    expectNeverLost({ parse: (text) => parse(text), good, pick });
  });
  it.each(cases)(
    "$name is read in linear time",
    ({ parse, good, pick }) => {
      expectLinear({ parse: (text) => parse(text), good, pick });
    },
    20_000,
  );
});
