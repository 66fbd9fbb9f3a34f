import { BUCKETS, type BucketId } from "../report";
import type { HistoryPoint } from "../series/history";
import type { Bytes } from "../units";
import { SERIES_KINDS, type WatchedSeries } from "./watched-series";

/** What every bucket did between two moments: the two sides are the same where MemTotal stayed. */
export interface Balance {
  readonly fromMs: number;
  readonly toMs: number;
  /** Largest change first; what moved by less than a hundredth of the largest is left out. */
  readonly changes: readonly { readonly bucket: BucketId; readonly bytes: Bytes }[];
  readonly memTotal: Bytes;
  readonly available?: Bytes;
}

/** Points at either end that make a level, so that one odd sample decides nothing. */
const END_SHARE = 0.1;
const WORTH_PRINTING = 0.01;
/** "About as much": of what rose so much must be found again on the other side. */
const ENOUGH = 0.6;
const AVAILABLE_ENOUGH = 0.5;

/** The balance of a span of history; undefined where fewer than two points lie in it. */
export function balanceOf(
  history: readonly HistoryPoint[],
  fromMs: number,
  toMs: number,
): Balance | undefined {
  const points = history.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  if (points.length < 2) return undefined;
  const ends = Math.max(1, Math.floor(points.length * END_SHARE));
  const early = points.slice(0, ends);
  const late = points.slice(-ends);
  const moved = (read: (point: HistoryPoint) => number | undefined): number | undefined => {
    const before = medianOf(early, read);
    const after = medianOf(late, read);
    return before === undefined || after === undefined ? undefined : after - before;
  };
  const changes = BUCKETS.map((bucket) => ({
    bucket,
    bytes: moved(({ buckets }) => buckets[bucket]) ?? 0,
  })).sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));
  const largest = Math.abs(changes[0]?.bytes ?? 0);
  const available = moved((point) => point.available);
  return {
    fromMs: early[0]?.atMs ?? fromMs,
    toMs: late.at(-1)?.atMs ?? toMs,
    changes: changes.filter(
      ({ bytes }) => bytes !== 0 && Math.abs(bytes) >= largest * WORTH_PRINTING,
    ),
    memTotal: moved(({ memTotal }) => memTotal) ?? 0,
    ...(available !== undefined && { available }),
  };
}

function medianOf(
  points: readonly HistoryPoint[],
  read: (point: HistoryPoint) => number | undefined,
): number | undefined {
  const values = points.flatMap((point) => read(point) ?? []).sort((a, b) => a - b);
  return values[values.length >> 1];
}

/**
 * Whether the balance bears out that a series took `grown` bytes: its buckets rose by about as much, others
 * fell by about as much, and where the series may be given back at need, available memory fell too.
 *
 * @returns why not; undefined when it does
 */
export function contradiction(
  series: WatchedSeries,
  grown: Bytes,
  balance: Balance | undefined,
): string | undefined {
  if (!balance) return "no history of all buckets over the same span";
  const { risesIn, needsFallingAvailable } = SERIES_KINDS[series];
  const sum = (isCounted: (bucket: BucketId, bytes: Bytes) => boolean): Bytes =>
    balance.changes
      .filter(({ bucket, bytes }) => isCounted(bucket, bytes))
      .reduce((total, { bytes }) => total + bytes, 0);
  const fallen = -(balance.available ?? 0);
  if (needsFallingAvailable && fallen < grown * AVAILABLE_ENOUGH)
    return "available memory did not fall with it";
  if (risesIn.length === 0) return undefined;
  if (sum((bucket) => risesIn.includes(bucket)) < grown * ENOUGH)
    return `${risesIn.join(" and ")} did not rise by as much: it was counted elsewhere before`;
  const paid = -sum((bucket, bytes) => bytes < 0 && !risesIn.includes(bucket));
  // MemTotal that grew paid for it: memory was added, nobody lost any.
  if (paid < grown * ENOUGH) return "nothing fell by as much";
  return undefined;
}
