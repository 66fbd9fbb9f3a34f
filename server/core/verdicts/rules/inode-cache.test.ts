import { describe, expect, it } from "vitest";
import { findingOf, meminfoOf, reportOn, slabinfoOf } from "../rule.test-support";

describe("cached inodes", () => {
  const meminfo = meminfoOf({ SReclaimable: 4_500, Cached: 1_500, MemFree: 6_000 });

  it("of several file systems add up, are named, and are no leak", () => {
    const { verdict, ...report } = reportOn({
      meminfo,
      slabinfo: slabinfoOf(
        ["xfs_inode", 2_900_000, 3_000_000, 1_024, 32, 8],
        ["nfs_inode_cache", 500_000, 500_000, 1_096, 29, 8],
        ["sock_inode_cache", 900_000, 900_000, 832, 39, 8],
      ),
    });
    const finding = findingOf({ verdict, ...report }, "inode-cache");
    expect(finding).toMatchObject({
      severity: "info",
      holders: [{ name: "xfs_inode" }, { name: "nfs_inode_cache" }],
    });
    expect(verdict.status).toBe("healthy");
  });

  it("of a few hundred MiB are everyday life", () => {
    const slabinfo = slabinfoOf(["ext4_inode_cache", 300_000, 300_000, 1_096, 29, 8]);
    expect(findingOf(reportOn({ meminfo, slabinfo }), "inode-cache")).toBeUndefined();
  });
});
