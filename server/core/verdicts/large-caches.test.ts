import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "../parse/captures.test-support";
import { parseSlabtop } from "../parse/slabtop";
import { reportSnapshot } from "../report-snapshot";
import { snapshotOf } from "../snapshot.test-support";
import { GIB, MIB } from "../units";
import { findingOf, meminfoOf, reportOn, slabinfoOf } from "./rule.test-support";

const big = meminfoOf({ SUnreclaim: 5_000, Cached: 2_000, MemFree: 6_000 });
/** That many MiB of objects of 512 bytes. */
const mib = (name: string, size: number) => [name, size * 2_048, size * 2_048, 512, 8, 1] as const;

describe("unreclaimable slab", () => {
  it.each([
    "kmalloc-512",
    "kmalloc-cg-512",
    "kmalloc-rnd-07-512",
    "dma-kmalloc-512",
    "size-512",
    "size-512(DMA)",
  ])("of %s is of no owner that the name tells", (name) => {
    const { findings, verdict } = reportOn({
      meminfo: big,
      slabinfo: slabinfoOf(mib(name, 4_500)),
    });
    expect(findings[0]).toMatchObject({ id: "kmalloc-leak", holders: [{ name }] });
    expect(verdict.status).toBe("suspect");
  });

  it("of kmalloc-rcl is reclaimable, and no leak", () => {
    const meminfo = meminfoOf({ SReclaimable: 5_000, Cached: 2_000, MemFree: 6_000 });
    const slabinfo = slabinfoOf(mib("kmalloc-rcl-512", 4_500));
    expect(reportOn({ meminfo, slabinfo }).verdict.status).toBe("healthy");
  });

  it("in several caches names them all, each kind in its own finding, and no byte twice", () => {
    const report = reportOn({
      meminfo: big,
      slabinfo: slabinfoOf(
        mib("kmalloc-512", 1_500),
        mib("kmalloc-64", 900),
        mib("cred_jar", 1_200),
        mib("ebitmap_node", 700),
        mib("task_struct", 90),
      ),
    });
    const [kmalloc, named] = ["kmalloc-leak", "named-slab-leak"].map((id) => findingOf(report, id));
    expect(kmalloc?.holders.map(({ name }) => name)).toEqual(["kmalloc-512", "kmalloc-64"]);
    expect(named?.holders.map(({ name }) => name)).toEqual(["cred_jar", "ebitmap_node"]);
    expect((kmalloc?.bytes.upper ?? 0) + (named?.bytes.upper ?? 0)).toBe(4_300 * MIB);
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "slabUnreclaimable" });
  });

  it("beyond two pages stands in no line of slabinfo, and is named all the same", () => {
    const small = Array.from({ length: 70 }, (_, id) => mib(`thing_${id}`, 1));
    const slabinfo = slabinfoOf(["dentry", 1_500_000, 1_500_000, 192, 21, 1], ...small);
    const finding = findingOf(reportOn({ meminfo: big, slabinfo }), "kmalloc-leak");
    expect(finding?.holders[0]?.name).toMatch(/more than two pages/);
  });

  it("without slabinfo names the amount, and what is needed to name the cache", () => {
    const { verdict, findings, nextSteps } = reportOn({ meminfo: big });
    expect(verdict.headline).toMatch(/4\.88 GiB of slab .* \/proc\/slabinfo/);
    expect(findings[0]).toMatchObject({ id: "named-slab-leak", holders: [] });
    expect(nextSteps[0]?.command).toContain("slabtop");
  });

  it("of 64 bytes under an alias says which other names share its slabs", () => {
    const snapshot = snapshotOf({
      meminfo: big,
      slabinfo: slabinfoOf(["ebitmap_node", 70_000_000, 70_000_000, 64, 64, 1]),
    });
    const text = "ebitmap_node :0000064\niommu_iova :0000064\nkmalloc-512 :0000512\n";
    const smallFiles = new Map([["slab.aliases", { file: "slab.aliases", text }]]);
    const fix = reportSnapshot({ ...snapshot, smallFiles }).findings[0]?.fix;
    expect(fix).toContain("SLUB keeps iommu_iova in it too");
    expect(fix).not.toContain("kmalloc-512");
  });

  it("of a machine of 251 GiB rests at 9.9 GiB, and 12 GiB in many caches are worth a look only", () => {
    const of = (mibs: number) =>
      meminfoOf({ MemTotal: 257_000, MemFree: 230_000, MemAvailable: 240_000, SUnreclaim: mibs });
    const spread = slabinfoOf(...Array.from({ length: 20 }, (_, id) => mib(`thing_${id}`, 600)));
    expect(reportOn({ meminfo: of(10_100), slabinfo: spread }).verdict.status).toBe("healthy");
    expect(reportOn({ meminfo: of(12_300), slabinfo: spread }).verdict).toMatchObject({
      status: "watch",
      headline: expect.stringContaining("spread over many caches; the largest: thing_0 600 MiB"),
    });
    const one = slabinfoOf(mib("thing_0", 11_900));
    expect(reportOn({ meminfo: of(12_300), slabinfo: one }).verdict.status).toBe("suspect");
  });
});

describe("a head of slabtop without totals", () => {
  const EBITMAP = "gh-coreos-2637-ebitmap/slabtop.txt";

  it.skipIf(!hasCapture(EBITMAP))(
    "convicts the cache, and warns that the name may be an alias",
    () => {
      const slab = { file: "slabtop", via: "slabtop", isComplete: false } as const;
      const value = parseSlabtop(readCapture(EBITMAP)).value;
      const { findings, verdict } = reportSnapshot({ ...snapshotOf({}), slab: { ...slab, value } });
      expect(verdict).toMatchObject({ status: "suspect", bucket: "slabUnreclaimable" });
      expect(findings[0]?.holders[0]).toMatchObject({ name: "ebitmap_node", count: 734_506_368 });
      expect(findings[0]?.confidenceWhy).toContain("merged");
    },
  );
});

describe("an out-of-memory report", () => {
  const OOM = "lore-btrfs-extent-map-5.15/dmesg.txt";

  it.skipIf(!hasCapture(OOM))("names the cache although there is no slabinfo", () => {
    const { findings } = reportSnapshot(snapshotOf({ dmesg: readCapture(OOM) }));
    expect(findings[0]).toMatchObject({
      id: "named-slab-leak",
      holders: [{ name: "btrfs_extent_map", bytes: { upper: 3_375_622 * 1024 } }],
    });
    expect((findings[0]?.bytes.lower ?? 0) / GIB).toBeCloseTo(3.06, 2);
    expect(findings[0]?.fix).toContain("module btrfs");
  });
});

describe("a size class that a BPF map fills, measured", () => {
  const of = (name: string) => readFixture(`live-kmalloc-leak/proc/${name}`);

  it("is named with its bytes", () => {
    const report = reportOn({
      meminfo: of("meminfo"),
      zoneinfo: of("zoneinfo"),
      slabinfo: of("slabinfo"),
    });
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "slabUnreclaimable" });
    expect(report.findings[0]).toMatchObject({
      id: "kmalloc-leak",
      holders: [{ name: "kmalloc-cg-1k", count: 2_662_571 }],
    });
  });
});
