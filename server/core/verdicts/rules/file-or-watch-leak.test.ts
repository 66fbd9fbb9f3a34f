import { describe, expect, it } from "vitest";
import { readFixture } from "../../parse/captures.test-support";
import { parsePidStatus } from "../../parse/pid-files";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { findingOf, meminfoOf, reportOn, slabinfoOf } from "../rule.test-support";

const LIVE = "live-open-files";

describe("open files", () => {
  it("by the million are named with the program that has them, and are no alarm at 1 % of RAM", () => {
    const text = readFixture(`${LIVE}/pids.status`);
    const report = reportSnapshot({
      ...snapshotOf({
        meminfo: readFixture(`${LIVE}/proc/meminfo`),
        zoneinfo: readFixture(`${LIVE}/proc/zoneinfo`),
        slabinfo: readFixture(`${LIVE}/proc/slabinfo`),
      }),
      processTables: [{ file: "pids.status", via: "status", rows: parsePidStatus(text).value }],
    });
    const finding = findingOf(report, "file-or-watch-leak");
    // 60 processes with 19,997 files each: their tables have 32,768 slots.
    expect(finding?.holders.slice(0, 2)).toMatchObject([
      { comm: "memgen", count: 60 * 16_384 },
      { name: "filp", count: 1_201_242 },
    ]);
    expect(report.verdict.status).toBe("healthy");
  });

  it("of a leak are held by the process that owns them", () => {
    const rows = parsePidStatus("Name:\tjava\nPid:\t77\nVmRSS:\t900 kB\nFDSize:\t16777216\n").value;
    const report = reportSnapshot({
      ...snapshotOf({
        meminfo: meminfoOf({ SUnreclaim: 2_400 }),
        slabinfo: slabinfoOf(["filp", 8_300_000, 8_300_000, 256, 16, 1]),
      }),
      processTables: [{ file: "status", via: "status", rows }],
    });
    expect(report.verdict).toMatchObject({ status: "held", bucket: "slabUnreclaimable" });
    expect(report.findings.map(({ id }) => id)).toEqual(["file-or-watch-leak"]);
  });

  it("near the limit of the machine are worth a look", () => {
    const sysctl = { "fs.file-nr": "98000\t0\t100000" };
    expect(reportOn({ sysctl }).verdict.status).toBe("watch");
  });
});

describe("watches", () => {
  it("are told apart from files", () => {
    const report = reportOn({
      meminfo: meminfoOf({ SUnreclaim: 1_000 }),
      slabinfo: slabinfoOf(["inotify_inode_mark", 10_000_000, 10_000_000, 96, 42, 1]),
    });
    expect(report.verdict.headline).toContain("10000000 file watches");
  });

  it("of an editor are everyday life", () => {
    const slabinfo = slabinfoOf(["inotify_inode_mark", 300_000, 300_000, 96, 42, 1]);
    expect(findingOf(reportOn({ slabinfo }), "file-or-watch-leak")).toBeUndefined();
  });
});
