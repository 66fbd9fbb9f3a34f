import type { BucketId, BucketShare, Composition } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";

/** One band of the picture: where it starts and how long it is, in bytes on the bar's own scale. */
export interface Band {
  readonly id: BucketId;
  readonly start: Bytes;
  readonly bytes: Bytes;
  readonly from: readonly string[];
  /** What is proven to sit inside the band (a lower bound), drawn as a strip within it. */
  readonly inside?: { readonly label: string; readonly bytes: Bytes };
}

/** A bar: bands that follow each other and fill `total`. */
export interface BandRow {
  readonly total: Bytes;
  readonly bands: readonly Band[];
}

export interface CompositionLayout {
  readonly memTotal: Bytes;
  readonly whole: BandRow;
  /** The kernel's bands on a scale of their own; absent when the kernel has none. */
  readonly kernel?: BandRow & { readonly start: Bytes };
  /** By how much the counters overlap: the remainder is negative and cannot be drawn. */
  readonly overlap?: Bytes;
}

/**
 * Buckets → bands in drawing order. Buckets of zero or negative bytes have no band: a negative remainder is
 * stated beside the picture and never stacked, so the whole bar is as long as what is drawn.
 */
export function layoutComposition(composition: Composition): CompositionLayout {
  const whole = rowOf(composition.buckets);
  const kernelBands = rowOf(composition.buckets.filter(({ group }) => group === "kernel"));
  const first = whole.bands.find(({ id }) => id === kernelBands.bands[0]?.id);
  const remainder = composition.buckets.find(({ id }) => id === "allocpage")?.bytes ?? 0;
  return {
    memTotal: composition.memTotal,
    whole,
    ...(first ? { kernel: { ...kernelBands, start: first.start } } : {}),
    ...(remainder < 0 ? { overlap: -remainder } : {}),
  };
}

/** Bands of the given buckets, in their order, end to end. */
export function rowOf(shares: readonly BucketShare[]): BandRow {
  let start = 0;
  const bands: Band[] = [];
  for (const share of shares) {
    if (share.bytes <= 0) continue;
    bands.push({ id: share.id, start, bytes: share.bytes, from: share.from, ...insideOf(share) });
    start += share.bytes;
  }
  return { total: start, bands };
}

/** Sockets are the one part that is drawn: by their lower bound, never as a bucket of their own. */
function insideOf(share: BucketShare): Pick<Band, "inside"> {
  if (share.id !== "allocpage") return {};
  const sockets = share.parts?.find(({ id }) => id.startsWith("socket"));
  if (!sockets || sockets.bytes.lower <= 0) return {};
  return { inside: { label: sockets.label, bytes: Math.min(sockets.bytes.lower, share.bytes) } };
}
