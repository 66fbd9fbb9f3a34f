import { describe, expect, it } from "vitest";
import { findingOf, meminfoOf, reportOn, slabinfoOf } from "../rule.test-support";

// auditd is not there on the machine at hand: rows and lines are written, as the kernel words them.
describe("audit records that wait", () => {
  it("with a log that says so are worth a look", () => {
    const dmesg =
      "[ 9.1] audit: audit_backlog=8193 > audit_backlog_limit=8192\n[ 9.2] audit: backlog limit exceeded\n";
    const report = reportOn({ dmesg });
    expect(findingOf(report, "audit-backlog")).toBeDefined();
    expect(report.verdict.status).toBe("watch");
  });

  it("by the million take their packets with them", () => {
    const report = reportOn({
      meminfo: meminfoOf({ SUnreclaim: 2_000 }),
      slabinfo: slabinfoOf(["audit_buffer", 1_200_000, 1_200_000, 24, 170, 1]),
    });
    const finding = findingOf(report, "audit-backlog");
    expect(finding?.bytes.upper).toBe(7_059 * 4096 + 1_200_000 * 1_280);
    expect(report.verdict.bucket).toBe("slabUnreclaimable");
  });

  it("of an idle daemon are none", () => {
    const slabinfo = slabinfoOf(["audit_buffer", 170, 170, 24, 170, 1]);
    expect(findingOf(reportOn({ slabinfo }), "audit-backlog")).toBeUndefined();
  });
});
