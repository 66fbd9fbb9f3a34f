import type { SlabFamily } from "../accounting/slab-families";
import { type Bytes, GIB } from "../units";

/** Free objects of one cache below these are everyday life: a third of it, 1 GiB, 1 % of RAM. */
const FREE_SHARE = 0.3;
const FREE_BYTES = GIB;
const RAM_SHARE = 0.01;

/** What free objects of a cache take: pages that stay with it as long as one object of each slab lives. */
export function freeBytes({ bytes, used }: SlabFamily): Bytes {
  return Math.max(0, bytes - used);
}

/** Whether so many objects are free that the slabs, not the objects, are what holds the memory. */
export function isFragmented(cache: SlabFamily, memTotal: Bytes | undefined): boolean {
  const free = freeBytes(cache);
  if (free <= FREE_BYTES || free <= cache.bytes * FREE_SHARE) return false;
  return memTotal === undefined || free > memTotal * RAM_SHARE;
}
