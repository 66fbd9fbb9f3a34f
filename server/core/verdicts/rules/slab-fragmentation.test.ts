import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { GIB } from "../../units";
import { findingOf, meminfoOf, reportOn, slabinfoOf } from "../rule.test-support";

const XFS = "lore-xfs-inodes-251g-5.4";
const ZFS = "gh-zfs-4925-dentry";

describe("free objects in slabs", () => {
  it.skipIf(!hasCapture(XFS))("of xfs_inode are 52 GiB of 74: no leak, and no alarm", () => {
    const report = reportSnapshot(
      snapshotOf(
        {
          meminfo: readCapture(`${XFS}/proc/meminfo`),
          slabinfo: readCapture(`${XFS}/proc/slabinfo`),
        },
        { kernel: "5.4.0-45-generic" },
      ),
    );
    const finding = findingOf(report, "slab-fragmentation");
    expect(finding).toMatchObject({
      bucket: "slabReclaimable",
      holders: [{ name: "xfs_inode" }, { name: "dentry" }],
    });
    expect((finding?.bytes.upper ?? 0) / GIB).toBeCloseTo(57.6, 1);
    expect(report.verdict).toMatchObject({ status: "watch", bucket: "slabReclaimable" });
    // What the inodes in use take is told by another finding, and no byte by both.
    const explained = report.findings
      .filter((each) => each.bucket === "slabReclaimable")
      .reduce((sum, each) => sum + each.bytes.upper, 0);
    expect(explained).toBeLessThanOrEqual(92.6 * GIB);
  });

  it.skipIf(!hasCapture(ZFS))("of dentry are 73 % of its slabs", () => {
    const slabinfo = readCapture(`${ZFS}/proc/slabinfo`);
    const report = reportSnapshot(snapshotOf({ slabinfo }));
    expect(report.findings.map(({ id }) => id)).toEqual(["slab-fragmentation", "dentry-cache"]);
    const [free, used] = report.findings;
    expect((free?.bytes.upper ?? 0) + (used?.bytes.upper ?? 0)).toBeCloseTo(5.8 * GIB, -7);
  });

  it("that are a few hundred MiB, or a small share of the cache, are everyday life", () => {
    const meminfo = meminfoOf({ SReclaimable: 4_000, Cached: 2_000, MemFree: 6_000 });
    const few = slabinfoOf(["dentry", 1_000_000, 4_000_000, 192, 21, 1]);
    expect(findingOf(reportOn({ meminfo, slabinfo: few }), "slab-fragmentation")).toBeUndefined();
    const full = slabinfoOf(["dentry", 15_000_000, 20_000_000, 192, 21, 1]);
    expect(findingOf(reportOn({ meminfo, slabinfo: full }), "slab-fragmentation")).toBeUndefined();
  });

  it("that cannot be reclaimed are told in their own bucket", () => {
    const report = reportOn({
      meminfo: meminfoOf({ SUnreclaim: 3_000, Cached: 2_000, MemFree: 7_000 }),
      slabinfo: slabinfoOf(["kmalloc-1k", 400_000, 2_800_000, 1024, 32, 8]),
    });
    expect(findingOf(report, "slab-fragmentation")?.bucket).toBe("slabUnreclaimable");
  });
});
