import type { HistoryPoint } from "@/server/core/series/history";
import type { Bytes } from "@/server/core/units";
import { DISPLAY_IDS, type DisplayId, type DisplaySizes, foldBuckets } from "./display-buckets";

/** A point of the history with its buckets folded into those that are drawn. */
export interface LedgerPoint {
  readonly atMs: number;
  readonly memTotal: Bytes;
  readonly sizes: DisplaySizes;
  /** Of all buckets, as they came. It is MemTotal unless the sample is damaged. */
  readonly sum: Bytes;
  readonly source: HistoryPoint;
}

export function ledgerPoints(points: readonly HistoryPoint[]): readonly LedgerPoint[] {
  return points
    .map((source) => {
      const sizes = foldBuckets(source.buckets);
      const sum = DISPLAY_IDS.reduce((total, id) => total + (sizes[id] ?? 0), 0);
      return { atMs: source.atMs, memTotal: source.memTotal, sizes, sum, source };
    })
    .toSorted((a, b) => a.atMs - b.atMs);
}

/** Those of the ids that any point measures. */
export function measuredIds(points: readonly LedgerPoint[], ids: readonly DisplayId[]) {
  return ids.filter((id) => points.some(({ sizes }) => sizes[id] !== undefined));
}

export interface LedgerStack {
  /** One [lower, upper] per id, bottom to top. */
  readonly bands: readonly (readonly [Bytes, Bytes])[];
  /** The part of the unaccounted band that sockets are known to hold. */
  readonly sockets: readonly [Bytes, Bytes] | null;
  readonly top: Bytes;
}

/**
 * The bands of one point, end to end from 0. A negative remainder has no height: it is told in the tooltip and the
 * table, and never pushes another band below its place.
 */
export function stackOf(point: LedgerPoint, ids: readonly DisplayId[]): LedgerStack {
  let top = 0;
  let sockets: readonly [Bytes, Bytes] | null = null;
  const bands = ids.map((id) => {
    const height = Math.max(0, point.sizes[id] ?? 0);
    const band = [top, top + height] as const;
    if (id === "unaccounted" && point.source.sockets)
      sockets = [top, top + Math.min(point.source.sockets, height)];
    top += height;
    return band;
  });
  return { bands, sockets, top };
}
