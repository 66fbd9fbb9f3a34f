import { BUCKETS, type BucketId } from "../../report";
import type { ReconcilePart, ReconcileRow } from "../../report-reconcile";
import { ownBuckets, type Spread, type ToolFacts, total } from "./spread";

/** A number of another tool before it is compared with ours. */
export interface ToolNumber extends Pick<ReconcileRow, "tool" | "label" | "formula" | "why"> {
  readonly source: string;
  /** The tool's number as buckets; absent where the snapshot lacks a field of the formula. */
  readonly counted: Spread | undefined;
  /** What we compare it with. */
  readonly ours: Spread;
  /** Why a bucket makes a difference, where this tool has its own reason. */
  readonly reasons?: Reasons;
}

export type Reasons = Partial<Readonly<Record<BucketId, string>>>;

/** Why MemTotal − MemFree − Buffers − Cached − SReclaimable is not what is in use. */
export const CACHES_OFF_REASONS: Reasons = {
  shmem: "Cached contains shared memory and tmpfs, and Cached is taken off",
  pcp: "free pages on per-CPU lists are not in MemFree",
  kernelMiscReclaimable: "reclaimable, but not in SReclaimable",
};

/** Kernel memory that no process owns and no cgroup of a tool's formula is charged with. */
const KERNEL: readonly BucketId[] = [
  "hugetlb",
  "slabUnreclaimable",
  "kernelStack",
  "pageTables",
  "secPageTables",
  "percpu",
  "vmalloc",
  "zpool",
  "gpu",
  "allocpage",
];

/** One reason for every bucket that a tool which looks at processes or cgroups leaves out. */
export function reasonForKernel(why: string): Reasons {
  return Object.fromEntries(KERNEL.map((id) => [id, why]));
}

/** What reclaim gives back without loss, and what is free already. */
const FREE_OR_RECLAIMABLE: readonly BucketId[] = [
  "fileCache",
  "buffers",
  "slabReclaimable",
  "kernelMiscReclaimable",
  "pcp",
  "free",
];

/** In use and not to be had back by reclaim: MemTotal less both ends of the ledger. */
export function inUse(facts: ToolFacts): Spread {
  return ownBuckets(
    facts,
    BUCKETS.filter((id) => !FREE_OR_RECLAIMABLE.includes(id)),
  );
}

/** What a new process could have: free and reclaimable memory. */
export function toBeHad(facts: ToolFacts): Spread {
  return ownBuckets(facts, FREE_OR_RECLAIMABLE);
}

/** The row of a number; none where the snapshot lacks what the tool reads. */
export function toolRows(number: ToolNumber): readonly ReconcileRow[] {
  const { counted, ours, reasons, ...row } = number;
  if (!counted) return [];
  const parts = differences(counted, ours, reasons ?? {});
  const bytes = total(counted);
  return [{ ...row, bytes, differs: bytes - total(ours), parts }];
}

function differences(counted: Spread, ours: Spread, reasons: Reasons): readonly ReconcilePart[] {
  return BUCKETS.flatMap((bucket) => {
    const bytes = (counted.get(bucket) ?? 0) - (ours.get(bucket) ?? 0);
    if (bytes === 0) return [];
    const why = reasons[bucket];
    return [{ bucket, bytes, ...(why !== undefined && { why }) }];
  });
}
