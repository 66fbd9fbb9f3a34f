import type { ByteRange, Evidence } from "../report";
import { type Bytes, KIB } from "../units";

/** Kernel memory that lives as long as a descriptor is open: a ring, a buffer, a map. Sizes in bytes. */
export interface Holding {
  readonly bytes: ByteRange;
  /** How many rings, pipes or maps this one stands for. */
  readonly count: number;
  readonly pid?: number;
  readonly comm?: string;
  readonly fd?: number;
  readonly inode?: number;
  readonly name?: string;
  /** The line that tells the size, or that it exists. */
  readonly evidence: Evidence;
}

export function totalOf(holdings: readonly Holding[]): ByteRange {
  return holdings.reduce(
    (sum, { bytes }) => ({ lower: sum.lower + bytes.lower, upper: sum.upper + bytes.upper }),
    { lower: 0, upper: 0 },
  );
}

/** What the buddy allocator gives for a request in one piece: pages in powers of two. */
export function blockBytes(bytes: Bytes, pageSize: Bytes): Bytes {
  let block = Math.max(pageSize, 4 * KIB);
  while (block < bytes) block *= 2;
  return block;
}
