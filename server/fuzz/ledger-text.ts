import fc from "fast-check";

/** Fields that enter the ledger (fs/proc/meminfo.c), and some that only qualify it. */
const FIELDS: readonly string[] = [
  "MemFree",
  "MemAvailable",
  "Buffers",
  "Cached",
  "SwapCached",
  "Active",
  "Inactive",
  "Active(anon)",
  "Inactive(anon)",
  "Active(file)",
  "Inactive(file)",
  "Unevictable",
  "Mlocked",
  "AnonPages",
  "AnonHugePages",
  "Mapped",
  "Shmem",
  "KReclaimable",
  "Slab",
  "SReclaimable",
  "SUnreclaim",
  "KernelStack",
  "PageTables",
  "SecPageTables",
  "VmallocUsed",
  "Percpu",
  "HardwareCorrupted",
  "Zswap",
  "Zswapped",
  "Bounce",
  "WritebackTmp",
  "Dirty",
  "Writeback",
  "Quicklists",
  "Balloon",
  "GPUActive",
  "GPUReclaim",
  "CmaTotal",
  "CmaFree",
  "Unaccepted",
  "Hugetlb",
  "Hugepagesize",
  "SwapTotal",
  "SwapFree",
  "Committed_AS",
];
const COUNTS = ["HugePages_Total", "HugePages_Free", "HugePages_Rsvd", "HugePages_Surp"];

/** Counters of /proc/vmstat that the ledger looks at, in pages. */
const PAGES = [
  "nr_free_pages",
  "nr_zspages",
  "nr_anon_pages",
  "nr_file_pages",
  "nr_slab_reclaimable",
];

const EDGES = [0, 1, 2 ** 31, 2 ** 43, 2 ** 52, 2 ** 53 - 1, 2 ** 53, 2 ** 54 - 1, 2 ** 64 - 1];
const kib = fc.oneof(fc.nat({ max: 64 * 1024 * 1024 }), fc.nat(), fc.constantFrom(...EDGES));

/** /proc/meminfo and vmstat of a machine that cannot be: any fields, with any numbers. */
export const ledgerText: fc.Arbitrary<string> = fc
  .record({
    total: fc.oneof(fc.nat({ max: 2 ** 31 - 1 }), kib),
    sizes: fc.subarray([...FIELDS]).chain((names) => withValues(names, kib)),
    counts: fc.subarray(COUNTS).chain((names) => withValues(names, kib)),
    pages: fc.subarray(PAGES).chain((names) => withValues(names, kib)),
    free: fc.array(kib, { maxLength: 3 }),
  })
  .map(({ total, sizes, counts, pages, free }) =>
    [
      `MemTotal: ${total} kB`,
      ...sizes.map(([name, value]) => `${name}: ${value} kB`),
      ...counts.map(([name, value]) => `${name}: ${value}`),
      "",
      ...pages.map(([name, value]) => `${name} ${value}`),
      "",
      ...free.flatMap((value, cpu) => zone(cpu, value)),
    ].join("\n"),
  );

function zone(numaNode: number, pages: number): readonly string[] {
  return [
    `Node ${numaNode}, zone   Normal`,
    `  pages free     ${pages}`,
    `        managed  ${pages}`,
    "  pagesets",
    "    cpu: 0",
    `              count: ${pages}`,
  ];
}

function withValues(names: readonly string[], value: fc.Arbitrary<number>) {
  return fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), value)));
}
