import type { BucketGroup, BucketId, Composition } from "../report";
import type { Bytes } from "../units";

const USER: readonly BucketId[] = ["anon", "shmem", "fileCache", "buffers", "swapCache", "hugetlb"];
const FREE: readonly BucketId[] = ["pcp", "free"];

export function bucketGroup(id: BucketId): BucketGroup {
  if (USER.includes(id)) return "user";
  return FREE.includes(id) ? "free" : "kernel";
}

/** The bytes of one bucket; 0 when the composition does not have it. */
export function bucketBytes(composition: Pick<Composition, "buckets">, id: BucketId): Bytes {
  return composition.buckets.find((bucket) => bucket.id === id)?.bytes ?? 0;
}
