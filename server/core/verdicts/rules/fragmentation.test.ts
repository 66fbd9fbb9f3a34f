import { describe, expect, it } from "vitest";
import { parseBuddyinfo } from "../../parse/buddyinfo";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { findingOf, meminfoOf } from "../rule.test-support";

const PIECES =
  "Node 0, zone      DMA      1      1      1      1      1      1      1      0      1      1      3\nNode 0, zone   Normal 600000 120000   4000     10      0      0      0      0      0      0      0\n";
const FAILED =
  "[ 8812.104] irq/44-eth0: page allocation failure: order:4, mode:0x40820(GFP_ATOMIC|__GFP_COMP)\n";

function reportWith(buddyinfo: string, dmesg?: string, mib = {}) {
  const snapshot = snapshotOf({ meminfo: meminfoOf(mib), ...(dmesg ? { dmesg } : {}) });
  const value = parseBuddyinfo(buddyinfo).value;
  return reportSnapshot({ ...snapshot, buddyinfo: { file: "buddyinfo", value } });
}

describe("free memory in small pieces", () => {
  it("is worth a look when an allocation of 16 pages has failed", () => {
    const report = reportWith(PIECES, FAILED);
    expect(findingOf(report, "fragmentation")?.evidence[0]).toMatchObject({ value: 4 });
    expect(report.verdict).toMatchObject({ status: "watch" });
    expect(report.verdict.headline).toContain("16 pages in a row failed");
  });

  it("is only named as long as nothing failed", () => {
    const report = reportWith(PIECES);
    expect(findingOf(report, "fragmentation")?.severity).toBe("info");
    expect(report.verdict.status).toBe("healthy");
  });

  it("is not blamed for a failure while nothing is free", () => {
    const dmesg = snapshotOf({ meminfo: meminfoOf({ MemFree: 100 }), dmesg: FAILED });
    expect(findingOf(reportSnapshot(dmesg), "fragmentation")).toBeUndefined();
  });

  it.each([
    "pcp-laptop-15g",
    "chromeos-laptop-6.6",
    "procsnap-ubuntu1404-3.13",
    "hotsos-k8s-worker-2004",
  ])("is not found on the healthy machine of %s", (name) => {
    const path = `${name}/proc/buddyinfo`;
    if (!hasCapture(path)) return;
    expect(findingOf(reportWith(readCapture(path)), "fragmentation")).toBeUndefined();
  });
});
