import type { Bytes } from "../units";
import type { Parsed } from "./parsed";
/** One slab cache. Also what slabtop, `vmstat -m` and crash `kmem -s` are turned into. */
export interface SlabCache {
  readonly name: string;
  readonly line: number;
  readonly activeObjects: number;
  readonly objects: number;
  readonly objectSize: Bytes;
  readonly slabs?: number;
  readonly pagesPerSlab?: number;
  /** Pages of the cache in bytes: num_slabs × pagesperslab × page size; slabtop prints it as CACHE SIZE. */
  readonly bytes: Bytes;
  /** True for SLAB (tunables not all zero), false for SLUB, absent when not printed. */
  readonly isSlabAllocator?: boolean;
}
/** pageSize is needed because slabinfo counts pages. */
export declare function parseSlabinfo(text: string, pageSize: Bytes): Parsed<readonly SlabCache[]>;
