import type { Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";

/** One slab cache as the slab page shows it. Sizes in bytes. */
export interface SlabRow {
  readonly name: string;
  readonly bytes: Bytes;
  readonly objects: number;
  readonly activeObjects: number;
  readonly objectSize: Bytes;
  /** activeObjects / objects, 0 to 1; 1 when there are no objects. */
  readonly fill: number;
  readonly reclaim: "reclaimable" | "unreclaimable" | "unknown";
  readonly subsystem: string;
  /** What the cache holds, in plain words; absent for a cache the glossary does not know. */
  readonly explains?: string;
  /** Bytes more (or less) than in the earlier look of the same input. */
  readonly growth?: Bytes;
  readonly evidence: Evidence;
}

export interface SlabView {
  /** meminfo's Slab, SReclaimable, SUnreclaim where printed. */
  readonly slab?: Evidence;
  readonly reclaimable?: Evidence;
  readonly unreclaimable?: Evidence;
  readonly sumOfCaches: Bytes;
  /** Slab minus the sum of the caches: kmalloc of more than two pages (kernel 5.4+), in no slabinfo line. */
  readonly largeKmalloc?: Evidence;
  /** Largest first. */
  readonly rows: readonly SlabRow[];
  /** False when only the head of slabtop was given. */
  readonly isComplete: boolean;
}

export declare function viewSlab(snapshot: Snapshot): SlabView | undefined;
