import { BUCKETS, type BucketId } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";
import { bucketStyle } from "../../bucket-style";

/** The bands that are drawn over time, bottom to top. The order is fixed: a stack that re-sorts itself lies. */
export const DISPLAY_IDS = [
  "anon",
  "shmem",
  "file",
  "hugetlb",
  "slabUnreclaimable",
  "slabReclaimable",
  "kernel",
  "unaccounted",
  "free",
] as const;
export type DisplayId = (typeof DISPLAY_IDS)[number];

export type DisplaySizes = Readonly<Partial<Record<DisplayId, Bytes>>>;

/** Which of them the close-up of the kernel shows. */
const KERNEL_IDS: ReadonlySet<DisplayId> = new Set([
  "slabUnreclaimable",
  "slabReclaimable",
  "kernel",
  "unaccounted",
]);

/** The bucket that lends a display bucket its words, colour and fill. */
const SPEAKER: Readonly<Record<DisplayId, BucketId>> = {
  anon: "anon",
  shmem: "shmem",
  file: "fileCache",
  hugetlb: "hugetlb",
  slabUnreclaimable: "slabUnreclaimable",
  slabReclaimable: "slabReclaimable",
  kernel: "kernelStack",
  unaccounted: "allocpage",
  free: "free",
};

const OWN_WORDS: Readonly<Partial<Record<DisplayId, readonly [label: string, short: string]>>> = {
  file: ["File caches", "File caches"],
  kernel: ["Other kernel memory", "Other kernel"],
  free: ["Free", "Free"],
};

/** Everything that is not named here is other kernel memory, so that no byte is lost. */
const FOLDED: Readonly<Partial<Record<BucketId, DisplayId>>> = {
  anon: "anon",
  shmem: "shmem",
  fileCache: "file",
  buffers: "file",
  swapCache: "file",
  hugetlb: "hugetlb",
  slabUnreclaimable: "slabUnreclaimable",
  slabReclaimable: "slabReclaimable",
  allocpage: "unaccounted",
  pcp: "free",
  free: "free",
};

export type LedgerView = "whole" | "kernel";

/** Words of a display bucket and the bucket that its swatch is drawn by. */
export function displayStyle(id: DisplayId) {
  const bucket = SPEAKER[id];
  const style = bucketStyle(bucket);
  const [label, short] = OWN_WORDS[id] ?? [style.label, style.short];
  return { bucket, label, short, colour: style.colour, fill: style.fill };
}

/** Buckets of a sample → display buckets; the sum stays. A display bucket that nothing measured is absent, not 0. */
export function foldBuckets(buckets: Readonly<Partial<Record<BucketId, Bytes>>>): DisplaySizes {
  const sizes: Partial<Record<DisplayId, Bytes>> = {};
  for (const [bucket, bytes] of Object.entries(buckets)) {
    const id = FOLDED[bucket as BucketId] ?? "kernel";
    sizes[id] = (sizes[id] ?? 0) + bytes;
  }
  return sizes;
}

/** The buckets that "Other kernel memory" is made of, in drawing order. */
export const OTHER_KERNEL: readonly BucketId[] = BUCKETS.filter((id) => !FOLDED[id]);

/** What is drawn: the isolated ones if any of them is known, else those of the view. */
export function visibleIds(view: LedgerView, isolated: readonly string[]): readonly DisplayId[] {
  const ofView = DISPLAY_IDS.filter((id) => view === "whole" || KERNEL_IDS.has(id));
  const chosen = ofView.filter((id) => isolated.includes(id));
  return chosen.length > 0 ? chosen : ofView;
}
