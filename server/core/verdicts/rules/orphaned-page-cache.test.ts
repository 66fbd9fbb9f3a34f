import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { findingOf } from "../rule.test-support";
import { meminfoWith, reportOn } from "../site-causes.test-support";

const ID = "orphaned-page-cache";

describe("pages of the LRU lists that nobody owns", () => {
  it("are named, and called no leak", () => {
    const meminfo = meminfoWith(5).replace(/Inactive: \d+/, `Inactive: ${7 * 1024 * 1024}`);
    const report = reportOn({ meminfo });
    expect(findingOf(report, ID)).toMatchObject({ severity: "info", bucket: "allocpage" });
    expect(["healthy", "watch"]).toContain(report.verdict.status);
  });

  it("are not spoken of where the lists hold what is counted", () => {
    const report = reportOn({ meminfo: meminfoWith(5) });
    expect(findingOf(report, ID)).toBeUndefined();
    expect(report.verdict.status).toBe("suspect");
  });
});

describe.skipIf(!hasCapture("lore-webvm-psi-fragmentation-4.19"))("a public capture", () => {
  it("with 2 % on its way between the lists has no such finding", () => {
    const meminfo = readCapture("lore-webvm-psi-fragmentation-4.19/proc/meminfo");
    expect(findingOf(reportOn({ meminfo }), ID)).toBeUndefined();
  });
});
