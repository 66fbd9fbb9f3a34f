import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { GIB } from "../../units";
import { findingOf, meminfoOf, reportOn, slabinfoOf } from "../rule.test-support";

const XFS = "lore-xfs-inodes-251g-5.4";

describe("metadata buffers of XFS", () => {
  it.skipIf(!hasCapture(XFS))("explain 35 GiB in no counter, so that they are no leak", () => {
    const report = reportSnapshot(
      snapshotOf({
        meminfo: readCapture(`${XFS}/proc/meminfo`),
        slabinfo: readCapture(`${XFS}/proc/slabinfo`),
      }),
    );
    const finding = findingOf(report, "xfs-buffers");
    expect((finding?.bytes.lower ?? 0) / GIB).toBeCloseTo(9.7, 1);
    expect((finding?.bytes.upper ?? 0) / GIB).toBeCloseTo(35, 1);
    expect(report.verdict.bucket).not.toBe("allocpage");
  });

  it("leave the rest of a leak suspect: a million buffers do not hold 20 GiB", () => {
    const report = reportOn({
      meminfo: meminfoOf({ MemTotal: 65_536, Cached: 20_000 }, { unexplained: 30_000 }),
      slabinfo: slabinfoOf(["xfs_buf", 1_000_000, 1_000_000, 384, 42, 4]),
    });
    expect(findingOf(report, "xfs-buffers")?.bytes.upper).toBe(1_000_000 * 12 * 1024);
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
  });

  it("of a usual host are no finding", () => {
    const slabinfo = slabinfoOf(["xfs_buf", 9_000, 9_500, 384, 42, 4]);
    expect(findingOf(reportOn({ slabinfo }), "xfs-buffers")).toBeUndefined();
  });
});
