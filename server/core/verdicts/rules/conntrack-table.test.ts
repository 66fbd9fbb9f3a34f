import { describe, expect, it } from "vitest";
import { findingOf, meminfoOf, reportOn, slabinfoOf } from "../rule.test-support";

// No table of that size can be made on a machine without a packet filter: rows and settings are written.
describe("tracked connections", () => {
  const meminfo = meminfoOf({ SUnreclaim: 2_600 });
  const slabinfo = slabinfoOf(
    ["nf_conntrack_ffffffff81b2d260", 7_000_000, 7_000_000, 320, 51, 4],
    ["nf_conntrack_expect", 0, 0, 240, 34, 2],
  );
  const sysctl = {
    "net.netfilter.nf_conntrack_count": "6990000",
    "net.netfilter.nf_conntrack_max": "7340032",
  };

  it("by the million take their cache, and no other finding takes it too", () => {
    const report = reportOn({ meminfo, slabinfo, sysctl });
    expect(report.findings.map(({ id }) => id)).toEqual(["conntrack-table"]);
    expect(report.findings[0]).toMatchObject({
      holders: [{ name: "nf_conntrack_ffffffff81b2d260", count: 7_000_000 }],
    });
    expect(report.findings[0]?.evidence.at(-1)).toMatchObject({ formula: "6990000 / 7340032" });
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "slabUnreclaimable" });
  });

  it("that fill a small table are worth a look although they take little", () => {
    const dmesg = "[ 812.104] nf_conntrack: nf_conntrack: table full, dropping packet\n";
    const small = slabinfoOf(["nf_conntrack", 65_000, 65_100, 320, 51, 4]);
    const { verdict } = reportOn({ slabinfo: small, dmesg });
    expect(verdict.status).toBe("watch");
    expect(verdict.headline).toContain("nearly full");
  });

  it("of 300 MiB on a gateway of 16 GiB are named, no alarm", () => {
    const usual = slabinfoOf(["nf_conntrack", 950_000, 960_000, 320, 51, 4]);
    const report = reportOn({ slabinfo: usual, meminfo: meminfoOf({ SUnreclaim: 500 }) });
    expect(findingOf(report, "conntrack-table")?.severity).toBe("info");
    expect(report.verdict.status).toBe("healthy");
  });

  it("of a usual host are no finding", () => {
    const few = slabinfoOf(["nf_conntrack", 9_000, 9_100, 320, 51, 4]);
    expect(findingOf(reportOn({ slabinfo: few }), "conntrack-table")).toBeUndefined();
  });
});
