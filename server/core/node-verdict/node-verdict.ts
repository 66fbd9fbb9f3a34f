import type { BucketId, ByteRange, Evidence, NextStep, Status } from "../report";
import type { Balance } from "../trend/balance";
import type { WatchedSeries } from "../trend/watched-series";
import type { WindowDays } from "../trend/windowed-trend";
import type { Bytes } from "../units";

/**
 * What is thought of a node that pushes: its newest full look, its newest sample and its trends taken
 * together. The sentence is made from `reason` by `nodeHeadline`, so that its times can be the reader's.
 * Sizes are bytes, times ms since 1970 in UTC.
 */
export interface NodeVerdict {
  readonly status: Status;
  /** Since when the node has this status. */
  readonly sinceMs: number;
  readonly reason: VerdictReason;
  /** The sample that decided. */
  readonly sampleAtMs: number;
  /** The look with slab caches, sockets and owners that it rests on, and the stored snapshot it came from, if any. */
  readonly look?: { readonly atMs: number; readonly snapshotId?: string };
  readonly evidence: readonly NodeEvidence[];
  /** What speaks against it, in sentences. */
  readonly against: readonly string[];
  readonly nextSteps: readonly NextStep[];
  /** What rose and what fell, where a growth was found. */
  readonly balance?: Balance;
}

export type VerdictReason =
  | { readonly kind: "growth"; readonly growth: GrowthReason }
  /** Over a line of `thresholds.ts`, by the newest sample alone. */
  | { readonly kind: "size"; readonly size: SizeReason }
  /** What the rules say of the newest full look, as far as the newest sample still bears it out. */
  | { readonly kind: "look"; readonly look: LookReason }
  | { readonly kind: "short"; readonly available: Bytes; readonly memTotal: Bytes }
  | HealthyReason;

export interface HealthyReason {
  readonly kind: "healthy";
  readonly memTotal: Bytes;
  readonly unexplained?: Bytes;
  /** Its trends were judged, and no series grows. */
  readonly isFlat?: boolean;
}

export interface GrowthReason {
  readonly series: WatchedSeries;
  readonly bucket?: BucketId;
  /** False while one verdict alone says so. */
  readonly isProven: boolean;
  readonly ratePerHour: Bytes;
  readonly sinceMs: number;
  /** The bucket now, and what it took since then. */
  readonly bytes: Bytes;
  readonly grown: Bytes;
  readonly holder?: NodeHolder;
  /** Hours until nothing is available; the interval holds the truth about nine times in ten. */
  readonly full?: { readonly hours: number; readonly low?: number; readonly high?: number };
}

interface SizeReason {
  readonly bucket: BucketId;
  readonly bytes: Bytes;
  readonly memTotal: Bytes;
}

interface LookReason {
  readonly headline: string;
  readonly bucket?: BucketId;
  readonly holder?: NodeHolder;
  /** It is as large as it was for so long. */
  readonly flatForMs?: number;
}

/** Who holds a bucket, as the newest full look told. */
export interface NodeHolder {
  /** "the sockets of nginx (pid 1163)", "the slab cache kmalloc-512". */
  readonly name: string;
  readonly pid?: number;
  /** What the holder explains of the bucket. */
  readonly explains: ByteRange;
}

export interface NodeEvidence {
  readonly text: string;
  readonly value: number;
  readonly unit: Evidence["unit"] | "bytesPerHour";
  readonly formula?: string;
  /** The slots or the sample it was read from. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly slots?: number;
  readonly days?: WindowDays;
  /** The raw line, where it comes from a file. */
  readonly file?: string;
  readonly line?: number;
  readonly raw?: string;
}

/** The bucket that a verdict is about, for comparing two of them. */
export function bucketOf(reason: VerdictReason): BucketId | undefined {
  if (reason.kind === "growth") return reason.growth.bucket;
  if (reason.kind === "size") return reason.size.bucket;
  return reason.kind === "look" ? reason.look.bucket : undefined;
}

export function holderOf(reason: VerdictReason): NodeHolder | undefined {
  if (reason.kind === "growth") return reason.growth.holder;
  return reason.kind === "look" ? reason.look.holder : undefined;
}
