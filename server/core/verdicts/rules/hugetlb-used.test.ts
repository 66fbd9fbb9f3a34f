import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import type { Snapshot } from "../../snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { GIB } from "../../units";
import { meminfoText } from "../meminfo-text.test-support";

const default2M = (total: number, free: number) =>
  `HugePages_Total: ${total}\nHugePages_Free: ${free}\nHugePages_Rsvd: 0\nHugepagesize: 2048 kB\n`;

/** Pools as the files below /sys/kernel/mm/hugepages or a node's hugepages folder say them. */
function pools(
  pageSize: number,
  of: { total: number; free: number; numaNode?: number },
): Snapshot["hugepagePools"] {
  const { total, free, ...node } = of;
  return [
    { file: "nr_hugepages", field: "nr_hugepages", count: total, pageSize, ...node },
    { file: "free_hugepages", field: "free_hugepages", count: free, pageSize, ...node },
  ];
}

describe("huge pages in use", () => {
  it("a DPDK host with 90 % of RAM in them is healthy, and the report says what they are", () => {
    // Written from the field layout: 115 GiB of 128 in 2 MiB pages, MemAvailable counts none of it.
    const meminfo = meminfoText({
      total: 128,
      anon: 5,
      hugetlb: 115,
      lines: default2M(58_880, 200),
    });
    const status =
      "/proc/9/status:Name:\tdpdk-testpmd\n/proc/9/status:HugetlbPages:\t120000000 kB\n";
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo, status }));
    expect(verdict.status).toBe("healthy");
    expect(verdict.headline).toContain("huge pages in use");
    expect(findings[0]).toMatchObject({
      ...{ id: "hugetlb-used", severity: "info" },
      holders: [{ kind: "process", comm: "dpdk-testpmd" }],
    });
  });

  const oracle = "gh-netdata-3461-hugepages/proc/meminfo";
  it.skipIf(!hasCapture(oracle))("are told from the free ones of a pool, without MemTotal", () => {
    const { findings } = reportSnapshot(snapshotOf({ meminfo: readCapture(oracle) }));
    expect(findings.map(({ id }) => id)).toEqual(["hugetlb-used"]);
    expect(findings[0]?.bytes.upper).toBe((53_342 - 11_904) * 2 * 1024 ** 2);
  });

  it("of a size that meminfo does not show are in the bucket and in use (before 4.16)", () => {
    const meminfo = meminfoText({ total: 256, hugetlb: 240, lines: default2M(0, 0) });
    const snapshot = {
      ...snapshotOf({ meminfo }),
      hugepagePools: pools(GIB, { total: 240, free: 8 }),
    };
    const { verdict, findings, composition } = reportSnapshot(snapshot);
    expect(composition?.buckets.find(({ id }) => id === "hugetlb")?.bytes).toBe(240 * GIB);
    expect(verdict.status).toBe("healthy");
    expect(findings[0]).toMatchObject({ id: "hugetlb-used", bytes: { upper: 232 * GIB } });
  });

  it("of another size are found in the boot log where no file of theirs was read", () => {
    const meminfo = meminfoText({ total: 256, hugetlb: 224, lines: default2M(0, 0) });
    const dmesg =
      "[    0.1] Memory: 260000000K/268435456K available\n[    1.7] HugeTLB registered 1.00 GiB page size, pre-allocated 224 pages\n[    1.7] HugeTLB registered 2.00 MiB page size, pre-allocated 0 pages\n";
    const { composition, verdict } = reportSnapshot(snapshotOf({ meminfo, dmesg }));
    expect(composition?.buckets.find(({ id }) => id === "hugetlb")?.bytes).toBe(224 * GIB);
    expect(verdict.status).toBe("healthy");
  });

  it("of another size are known from the boot parameters where nothing else tells", () => {
    const meminfo = meminfoText({ total: 256, hugetlb: 224, lines: default2M(0, 0) });
    const cmdline = "BOOT_IMAGE=/vmlinuz root=/dev/sda2 hugepagesz=1G hugepages=224 ro\n";
    const { composition, verdict, findings } = reportSnapshot(snapshotOf({ meminfo, cmdline }));
    expect(composition?.buckets.find(({ id }) => id === "hugetlb")?.bytes).toBe(224 * GIB);
    expect(verdict.status).toBe("healthy");
    expect(findings.map(({ id }) => id)).toContain("hugetlb-used");
  });

  it("that Hugetlb shows beyond the default size count, with less certainty", () => {
    const meminfo = meminfoText({
      ...{ total: 128, lines: default2M(0, 0), own: { Hugetlb: 64 } },
    });
    const { findings } = reportSnapshot(snapshotOf({ meminfo }));
    expect(findings[0]).toMatchObject({ id: "hugetlb-used", bytes: { lower: 0, upper: 64 * GIB } });
    expect(findings[0]?.confidence).toBeLessThan(0.7);
  });

  it("of a node are used where only the nodes' files were read", () => {
    const meminfo = meminfoText({ total: 64, hugetlb: 16, lines: default2M(0, 0) });
    const snapshot = {
      ...snapshotOf({ meminfo }),
      hugepagePools: [
        ...pools(GIB, { total: 8, free: 0, numaNode: 0 }),
        ...pools(GIB, { total: 8, free: 8, numaNode: 1 }),
      ],
    };
    const { findings } = reportSnapshot(snapshot);
    expect(findings.map(({ id, bytes }) => [id, bytes.upper])).toEqual([
      ["hugetlb-unused", 8 * GIB],
      ["hugetlb-used", 8 * GIB],
    ]);
  });

  it("of another size may be what is missing on a large machine whose kernel shows one size only", () => {
    const meminfo = meminfoText({ total: 256, hidden: 230, lines: default2M(0, 0) });
    const { verdict } = reportSnapshot(snapshotOf({ meminfo }));
    expect(verdict.status).toBe("insufficient");
    expect(verdict.headline).toContain("Hugetlb");
    const newer = reportSnapshot(snapshotOf({ meminfo: `${meminfo}Hugetlb: 0 kB\n` }));
    expect(newer.verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
  });

  const laptop = "pcp-laptop-15g/proc/meminfo";
  it.skipIf(!hasCapture(laptop))("are no topic without a pool", () => {
    const { findings } = reportSnapshot(snapshotOf({ meminfo: readCapture(laptop) }));
    expect(findings.map(({ id }) => id)).not.toContain("hugetlb-used");
  });
});
