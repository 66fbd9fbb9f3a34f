import { describe, expect, it } from "vitest";
import { readFixture } from "../../parse/captures.test-support";
import { findingOf, meminfoOf, reportOn, slabinfoOf } from "../rule.test-support";

const meminfo = meminfoOf({ SReclaimable: 4_500, Cached: 1_500, MemFree: 6_000 });

describe("cached path names", () => {
  it("that mostly do not exist are told as such, with the share and its line", () => {
    const report = reportOn({
      meminfo,
      slabinfo: slabinfoOf(["dentry", 15_000_000, 15_000_000, 192, 21, 1]),
      sysctl: { "fs.dentry-state": "15000000\t14900000\t45\t0\t12000000\t0" },
    });
    const finding = findingOf(report, "dentry-cache");
    expect(finding?.evidence.at(-1)).toMatchObject({ value: 0.8, formula: "12000000 / 15000000" });
    expect(finding?.severity).toBe("info");
    expect(report.verdict.status).toBe("healthy");
  });

  it("of memory cgroups before 5.9 add up", () => {
    const report = reportOn({
      meminfo,
      slabinfo: slabinfoOf(
        ["dentry", 5_000_000, 5_000_000, 192, 21, 1],
        ["dentry(12:a.service)", 5_000_000, 5_000_000, 192, 21, 1],
        ["dentry(13:b.service)", 5_000_000, 5_000_000, 192, 21, 1],
      ),
    });
    expect(findingOf(report, "dentry-cache")?.holders[0]?.count).toBe(15_000_000);
  });

  it("that fill more than half of the machine are a warning: to reclaim them stalls it", () => {
    const report = reportOn({
      meminfo: meminfoOf({ SReclaimable: 13_000, Cached: 300, MemFree: 300, MemAvailable: 9_000 }),
      slabinfo: slabinfoOf(["dentry", 65_000_000, 66_000_000, 192, 21, 1]),
    });
    expect(report.verdict).toMatchObject({ status: "watch", bucket: "slabReclaimable" });
  });
});

describe("eight million names that do not exist, measured", () => {
  const of = (name: string) => readFixture(`live-negative-dentries/proc/${name}`);

  it("are reclaimable: named with their share, and healthy", () => {
    const report = reportOn({
      meminfo: of("meminfo"),
      zoneinfo: of("zoneinfo"),
      slabinfo: of("slabinfo"),
      sysctl: { "fs.dentry-state": of("sys/fs/dentry-state") },
    });
    const finding = findingOf(report, "dentry-cache");
    expect(finding?.holders[0]?.count).toBe(8_579_802);
    expect(finding?.evidence.at(-1)?.value).toBeCloseTo(0.953, 3);
    expect(report.verdict.status).toBe("healthy");
  });
});
