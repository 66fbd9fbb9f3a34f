import { describe, expect, it } from "vitest";
import { readFixture } from "../../parse/captures.test-support";
import { findingOf, meminfoOf, reportOn } from "../rule.test-support";

const zoneinfo = (pages: number) =>
  `Node 0, zone   Normal\n  pages free     1000\n        managed  4194304\n  pagesets\n    cpu: 0\n              count:    ${pages}\n              high:     500\n              batch:    63\n              high_max: 294912\n`;

describe("free pages on per-CPU lists", () => {
  it("of 5 % of RAM are named, and no leak", () => {
    const report = reportOn({
      meminfo: meminfoOf({ MemFree: 4_000 }, { unexplained: 900 }),
      zoneinfo: zoneinfo(204_800),
    });
    expect(findingOf(report, "pcp-hoarding")).toMatchObject({
      severity: "info",
      bytes: { upper: 204_800 * 4096 },
    });
    expect(report.verdict.status).toBe("healthy");
  });

  it("of a machine at work are no finding", () => {
    const report = reportOn({
      meminfo: readFixture("live-memsnap-incident/proc/meminfo"),
      zoneinfo: readFixture("live-memsnap-incident/proc/zoneinfo"),
    });
    expect(findingOf(report, "pcp-hoarding")).toBeUndefined();
  });
});
