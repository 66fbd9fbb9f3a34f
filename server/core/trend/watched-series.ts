import type { BucketId } from "../report";

/** The series of a node that are judged over time, as samples name them. */
export const WATCHED_SERIES = [
  "unexplained",
  "slabUnreclaimable",
  "vmalloc",
  "percpu",
  "kernelStack",
  "pageTables",
  "shmem",
  "anon",
  "sockets",
  "available",
] as const;
export type WatchedSeries = (typeof WATCHED_SERIES)[number];

interface SeriesKind {
  /** The bucket that a leak of it is filed under; none where memory is only seen to go. */
  readonly bucket?: BucketId;
  /** Buckets that must have risen with it: what rises in a series and in no bucket was moved, not taken. */
  readonly risesIn: readonly BucketId[];
  /** Kernel memory that nothing gives back may leak by itself; the rest only while available memory falls. */
  readonly needsFallingAvailable: boolean;
}

/** What is known of a series before its first sample. */
export const SERIES_KINDS: Readonly<Record<WatchedSeries, SeriesKind>> = {
  unexplained: kernel("allocpage"),
  slabUnreclaimable: kernel("slabUnreclaimable"),
  vmalloc: kernel("vmalloc"),
  percpu: kernel("percpu"),
  kernelStack: kernel("kernelStack"),
  pageTables: kernel("pageTables"),
  // Packets lie in pages of no counter when they are large, in slab when they are small.
  sockets: {
    bucket: "allocpage",
    risesIn: ["allocpage", "slabUnreclaimable"],
    needsFallingAvailable: false,
  },
  shmem: { bucket: "shmem", risesIn: ["shmem"], needsFallingAvailable: true },
  anon: { bucket: "anon", risesIn: ["anon"], needsFallingAvailable: true },
  available: { risesIn: [], needsFallingAvailable: true },
};

function kernel(bucket: BucketId): SeriesKind {
  return { bucket, risesIn: [bucket], needsFallingAvailable: false };
}
