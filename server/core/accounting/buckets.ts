import type { BucketGroup, BucketId, BucketShare, Composition } from "../report";
import type { Bytes } from "../units";

const USER: readonly BucketId[] = ["anon", "shmem", "fileCache", "buffers", "swapCache", "hugetlb"];
const FREE: readonly BucketId[] = ["pcp", "free"];

export function bucketGroup(id: BucketId): BucketGroup {
  if (USER.includes(id)) return "user";
  return FREE.includes(id) ? "free" : "kernel";
}

/** One bucket with its evidence; absent when nothing measured it. */
export function bucketShare(
  composition: Pick<Composition, "buckets">,
  id: BucketId,
): BucketShare | undefined {
  return composition.buckets.find((bucket) => bucket.id === id);
}

/** The bytes of one bucket; 0 when the composition does not have it. */
export function bucketBytes(composition: Pick<Composition, "buckets">, id: BucketId): Bytes {
  return bucketShare(composition, id)?.bytes ?? 0;
}
