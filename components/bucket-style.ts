import type { BucketId } from "@/server/core/report";

/** How a bucket is drawn: solid, hatched (memory that no counter shows) or outlined (free). */
type BucketFill = "solid" | "hatch" | "outline";

export interface BucketStyle {
  /** Plain words. */
  readonly label: string;
  /** For a narrow band. */
  readonly short: string;
  /** The kernel's own word, never translated. */
  readonly kernelWord: string;
  /** CSS colour: the variable of the bucket in app/globals.css. */
  readonly colour: string;
  readonly fill: BucketFill;
}

type Words = readonly [label: string, short: string, kernelWord: string];

const WORDS: Readonly<Record<BucketId, Words>> = {
  anon: ["Application memory", "Applications", "AnonPages"],
  shmem: ["Shared memory and tmpfs", "Shared", "Shmem"],
  fileCache: ["File cache", "File cache", "Cached"],
  buffers: ["Block device cache", "Buffers", "Buffers"],
  swapCache: ["Swap cache", "Swap cache", "SwapCached"],
  hugetlb: ["Huge page pool", "Huge pages", "Hugetlb"],
  slabReclaimable: ["Slab, reclaimable", "Slab recl.", "SReclaimable"],
  slabUnreclaimable: ["Slab, unreclaimable", "Slab unrecl.", "SUnreclaim"],
  kernelMiscReclaimable: ["Other reclaimable kernel memory", "Other recl.", "KReclaimable"],
  kernelStack: ["Kernel stacks", "Stacks", "KernelStack"],
  pageTables: ["Page tables", "Page tables", "PageTables"],
  secPageTables: ["Secondary page tables", "Sec. tables", "SecPageTables"],
  percpu: ["Per-CPU memory", "Per-CPU", "Percpu"],
  vmalloc: ["vmalloc areas", "vmalloc", "VmallocUsed"],
  zpool: ["Compressed swap", "zswap, zram", "Zswap"],
  hardwareCorrupted: ["Pages taken out of use", "Corrupted", "HardwareCorrupted"],
  bounce: ["Bounce buffers", "Bounce", "Bounce"],
  writebackTmp: ["FUSE write-back", "FUSE", "WritebackTmp"],
  balloon: ["Given back to the hypervisor", "Balloon", "Balloon"],
  gpu: ["GPU driver", "GPU", "GPUActive"],
  allocpage: ["Unaccounted", "Unaccounted", "alloc_pages"],
  pcp: ["Free, in per-CPU lists", "Per-CPU free", "pcp"],
  free: ["Free", "Free", "MemFree"],
};

const FILLS: Partial<Readonly<Record<BucketId, BucketFill>>> = {
  allocpage: "hatch",
  pcp: "outline",
  free: "outline",
};

/** Words, colour and fill of a bucket; the same in every picture, table and legend. */
export function bucketStyle(id: BucketId): BucketStyle {
  const [label, short, kernelWord] = WORDS[id];
  return { label, short, kernelWord, colour: `var(--bucket-${id})`, fill: FILLS[id] ?? "solid" };
}
