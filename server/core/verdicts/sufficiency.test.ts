import { describe, expect, it } from "vitest";
import { readFixture } from "../parse/captures.test-support";
import { reportSnapshot } from "../report-snapshot";
import { snapshotOf } from "../snapshot.test-support";

const CAPTURE = readFixture("guest-6.1-virtio-incident/proc/meminfo");
const LEFT_OVER = reportSnapshot(snapshotOf({ meminfo: CAPTURE })).composition?.buckets.find(
  ({ id }) => id === "allocpage",
);
/** The same guest with nothing in pages that no counter shows. */
const WHOLE = withTotal(CAPTURE, -(LEFT_OVER?.bytes ?? 0) / 1024);

function withTotal(meminfo: string, moreKib: number): string {
  return meminfo.replace(
    /^(MemTotal:\s*)(\d+)/m,
    (_, head: string, kib: string) => `${head}${Number(kib) + moreKib}`,
  );
}

/** Its meminfo up to the line of `field`, with as much more RAM in huge pages. */
function cutBefore(field: string, hugeKib = 0): string {
  return withTotal(WHOLE.slice(0, WHOLE.indexOf(`\n${field}:`)), hugeKib);
}

function judge(meminfo: string) {
  return reportSnapshot(snapshotOf({ meminfo })).verdict;
}

describe("a meminfo that was cut", () => {
  it("before the huge pages may hold in them whatever is left over", () => {
    const { status, headline } = judge(cutBefore("KernelStack", 8 * 1024 * 1024));
    expect(status).toBe("insufficient");
    expect(headline).toContain("PageTables, VmallocUsed, HugePages_Total are missing");
  });

  it("there is enough when nothing is left over", () => {
    expect(judge(cutBefore("KernelStack")).status).toBe("healthy");
  });

  it("after Slab says by what is reclaimable how much is not", () => {
    const { composition } = reportSnapshot(snapshotOf({ meminfo: cutBefore("SUnreclaim") }));
    const share = composition?.buckets.find(({ id }) => id === "slabUnreclaimable");
    const whole = reportSnapshot(snapshotOf({ meminfo: WHOLE })).composition;
    expect(share).toMatchObject({ how: "derived", from: ["Slab", "SReclaimable"] });
    expect(share?.bytes).toBe(whole?.buckets.find(({ id }) => id === "slabUnreclaimable")?.bytes);
  });

  it("right after Slab blames no slab: all of it may be reclaimable", () => {
    const large = withTotal(WHOLE, 9_000_000)
      .replace(/^Slab:\s*\d+/m, "Slab: 9000000")
      .replace(/^KReclaimable.*\n/m, "");
    const cut = large.slice(0, large.indexOf("SReclaimable"));
    expect(judge(cut).bucket).not.toBe("slabUnreclaimable");
  });
});
