import { describe, expect, it } from "vitest";
import { readFixture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";

const ID = "reserved-by-watermarks";
const MEMINFO = readFixture("live-memsnap-incident/proc/meminfo");
const ZONEINFO = readFixture("live-memsnap-incident/proc/zoneinfo");

function report(zoneinfo: string) {
  return reportSnapshot(snapshotOf({ meminfo: MEMINFO, zoneinfo }));
}

describe("the reserve of free memory", () => {
  it("that somebody set to 2 GiB of 24 is worth a word", () => {
    // The low watermark of a real zone, as vm.min_free_kbytes=1.6 GiB would leave it.
    const raised = ZONEINFO.replace(/(zone\s+Normal[\s\S]*?low\s+)\d+/, "$1524288");
    const found = report(raised).findings.find(({ id }) => id === ID);
    expect(found).toMatchObject({ bucket: "free", severity: "warning" });
    expect(found?.bytes.lower).toBeGreaterThanOrEqual(524_288 * 4_096);
    expect(found?.evidence[0]?.raw).toContain("524288");
  });

  it("that the kernel chose itself is not", () => {
    expect(report(ZONEINFO).findings.map(({ id }) => id)).not.toContain(ID);
  });
});
