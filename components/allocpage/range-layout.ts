import type { ByteRange } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";

/** One bar in percent of the drawing's width. */
export interface RangeBar {
  /** Where the certain part ends: at least this much is there. */
  readonly certain: number;
  /** Where the possible part ends; at most 100. */
  readonly possible: number;
  /** True when the upper bound lies beyond the drawing. */
  readonly isCut: boolean;
}

/** The widest drawing shows this many times the whole: a bound far beyond it says nothing more. */
const WIDEST = 1.25;

/** Bytes that the full width stands for: the whole, with room for a bound that overshoots it. */
export function rangeScale(whole: Bytes, ranges: readonly ByteRange[]): Bytes {
  const largest = ranges.reduce((most, { upper }) => Math.max(most, upper), 0);
  return Math.max(1, Math.min(Math.max(whole, largest), Math.max(whole, 0) * WIDEST || largest));
}

/** Places a range of bytes on a drawing that is `scale` bytes wide. */
export function layoutRange({ lower, upper }: ByteRange, scale: Bytes): RangeBar {
  const percent = (bytes: Bytes) => Math.min(100, Math.max(0, (bytes / scale) * 100));
  return { certain: percent(lower), possible: percent(upper), isCut: upper > scale };
}
