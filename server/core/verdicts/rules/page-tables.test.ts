import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "../../parse/captures.test-support";
import { parsePidStatus } from "../../parse/pid-files";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { GIB, MIB } from "../../units";
import { findingOf, meminfoOf, reportOn } from "../rule.test-support";

const POSTGRES = "blog-postgres-pagetables-18g/proc/meminfo";
const OOM = "gh-orioledb-394-oom/dmesg.txt";
const AT_REST = "vendor-memkernel-455g/proc/meminfo";

describe("page tables", () => {
  it.skipIf(!hasCapture(POSTGRES))("of 18 GiB are convicted without MemTotal", () => {
    const report = reportSnapshot(snapshotOf({ meminfo: readCapture(POSTGRES) }));
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "pageTables" });
  });

  it("of hundreds of backends are one cause, with all of them as its holder", () => {
    const text = Array.from(
      { length: 200 },
      (_, id) => `Name:\tpostgres\nPid:\t${id + 100}\nThreads:\t1\nVmPTE:\t   10240 kB\n`,
    ).join("\n");
    const rows = text.split("\n\n").flatMap((each) => parsePidStatus(each).value);
    const snapshot = snapshotOf({ meminfo: meminfoOf({ PageTables: 2_000 }) });
    const report = reportSnapshot({
      ...snapshot,
      processTables: [{ file: "status", via: "status", rows }],
    });
    expect(findingOf(report, "page-tables")?.holders).toMatchObject([
      { comm: "postgres", count: 200, bytes: { upper: 2_000 * MIB } },
    ]);
    expect(report.verdict.headline).toContain("200 processes postgres");
  });

  it("above a tenth of what is mapped but below 2 % of RAM are worth a look only", () => {
    const meminfo = meminfoOf({
      MemTotal: 262_144,
      Cached: 240_000,
      PageTables: 1_300,
      AnonPages: 6_000,
    });
    expect(reportOn({ meminfo }).findings[0]).toMatchObject({
      id: "page-tables",
      severity: "warning",
    });
  });

  it.skipIf(!hasCapture(OOM))(
    "in an out-of-memory report are below the lines at 4 %: told by others",
    () => {
      const report = reportSnapshot(snapshotOf({ dmesg: readCapture(OOM) }));
      const tables = report.composition?.buckets.find(({ id }) => id === "pageTables");
      expect((tables?.bytes ?? 0) / GIB).toBeCloseTo(5.38, 1);
      expect(findingOf(report, "page-tables")).toBeUndefined();
    },
  );

  it.skipIf(!hasCapture(AT_REST))("of 1.7 GiB on 455 GiB are no finding", () => {
    const report = reportSnapshot(snapshotOf({ meminfo: readCapture(AT_REST) }));
    expect(findingOf(report, "page-tables")).toBeUndefined();
  });
});

it("1,300 MiB of page tables of one process, measured", () => {
  const of = (name: string) => readFixture(`live-page-tables/${name}`);
  const rows = parsePidStatus(of("pids.status")).value;
  const report = reportSnapshot({
    ...snapshotOf({ meminfo: of("proc/meminfo"), zoneinfo: of("proc/zoneinfo") }),
    processTables: [{ file: "pids.status", via: "status", rows }],
  });
  expect(report.verdict).toMatchObject({ status: "suspect", bucket: "pageTables" });
  expect(report.verdict.headline).toMatch(/memgen \(pid \d+\) maps/);
  expect((report.findings[0]?.holders[0]?.bytes.upper ?? 0) / MIB).toBeCloseTo(1_303, -1);
});
