import { BUCKETS, type BucketId } from "../core/report";

/** Columns of `samples` with one size each, in the order in which the rollups keep them. */
export const SIZE_COLUMNS: readonly string[] = [
  ...BUCKETS.map(bucketColumn),
  "available",
  "sockets",
  "unexplained",
];

/** "slabUnreclaimable" → "slab_unreclaimable". */
export function bucketColumn(id: BucketId): string {
  return id.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Bytes by bucket, from a row that has a column for each; what was not measured is absent. */
export function readBuckets(
  row: Readonly<Record<string, number | null | undefined>>,
): Partial<Record<BucketId, number>> {
  const buckets: Partial<Record<BucketId, number>> = {};
  for (const id of BUCKETS) {
    const bytes = row[bucketColumn(id)];
    if (bytes !== null && bytes !== undefined) buckets[id] = bytes;
  }
  return buckets;
}
