import { formatBytes } from "../format-bytes";
import type { BucketId, Status } from "../report";
import type { Sample } from "../series/sample";
import type { Bytes } from "../units";
import {
  milderAtRest,
  ownerStatus,
  type SizeStatus,
  sizeStatus,
  slabStatus,
} from "../verdicts/thresholds";
import { JUDGED_BY_SIZE, type NodeLook } from "./node-look";
import type { NodeEvidence, NodeHolder, VerdictReason } from "./node-verdict";

/** What one moment says, before trends are asked. */
export interface MomentVerdict {
  readonly status: Status;
  readonly reason: VerdictReason;
  readonly evidence: readonly NodeEvidence[];
  readonly against: readonly string[];
}

export interface Moment {
  readonly sample: Sample;
  readonly look?: NodeLook;
  /** What the node was said to be before: a line that was crossed must be left by a tenth to be uncrossed. */
  readonly before?: {
    readonly status: Status;
    readonly bucket?: BucketId;
    readonly holder?: string;
  };
}

/** How bad each is; of two with the same rank the more telling one stays. */
export const RANK: Readonly<Record<Status, number>> = {
  leaking: 5,
  held: 4,
  suspect: 4,
  inconsistent: 3,
  watch: 2,
  healthy: 1,
  insufficient: 0,
};

const SHORT = 0.1;
const HYSTERESIS = 1.1;
/** A bucket that kept so much of what the look saw is still the same case. */
const STILL_THERE = 0.6;
/** Findings without bytes describe a moment; a day later it is another. */
const STATE_LASTS_MS = 24 * 3_600_000;

/** The newest sample by the lines of `thresholds.ts`, and the newest look as far as the sample bears it out. */
export function judgeMoment(moment: Moment): MomentVerdict {
  const bySize = judgeSizes(moment);
  const byLook = judgeLook(moment);
  // Numbers that contradict each other are no ground for lines either.
  if (byLook?.status === "inconsistent") return byLook;
  if (
    byLook &&
    RANK[byLook.status] >= RANK[bySize?.status ?? "healthy"] &&
    byLook.status !== "healthy"
  )
    return byLook;
  return bySize ?? judgeShort(moment.sample) ?? byLook ?? healthyMoment(moment.sample);
}

function healthyMoment({ memTotal, unexplained }: Sample): MomentVerdict {
  const reason = {
    kind: "healthy",
    memTotal,
    ...(unexplained !== undefined && { unexplained }),
  } as const;
  return { status: "healthy", reason, evidence: [], against: [] };
}

function judgeShort(sample: Sample): MomentVerdict | undefined {
  const { available, memTotal, buckets } = sample;
  const total = memTotal - (buckets.hugetlb ?? 0);
  if (available === undefined || available >= total * SHORT) return undefined;
  return {
    status: "watch",
    reason: { kind: "short", available, memTotal },
    evidence: [fact(sample, "MemAvailable in the newest sample", available)],
    against: [],
  };
}

function judgeSizes({ sample, look, before }: Moment): MomentVerdict | undefined {
  const worst = JUDGED_BY_SIZE.flatMap((bucket) => {
    const bytes = sizeOf(sample, bucket) - (look?.excused[bucket] ?? 0);
    const factor = before?.bucket === bucket && RANK[before.status] >= RANK.watch ? HYSTERESIS : 1;
    const status = lineOf(bucket, sample)(bytes * factor);
    return status ? [{ bucket, bytes, status }] : [];
  }).sort((a, b) => RANK[b.status] - RANK[a.status] || b.bytes - a.bytes)[0];
  if (!worst) return undefined;
  const { bucket, bytes, status } = worst;
  return {
    status,
    reason: { kind: "size", size: { bucket, bytes, memTotal: sample.memTotal } },
    evidence: [fact(sample, `${bucket} in the newest sample`, bytes), totalOf(sample)],
    against: look
      ? []
      : ["No look at sockets and slab caches has arrived: the holder may be known then."],
  };
}

function sizeOf(sample: Sample, bucket: BucketId): Bytes {
  const own = sample.buckets[bucket] ?? 0;
  return bucket === "allocpage" ? (sample.unexplained ?? own) : own;
}

function lineOf(bucket: BucketId, sample: Sample): (bytes: Bytes) => SizeStatus {
  const { memTotal, available } = sample;
  if (bucket !== "slabUnreclaimable") return (bytes) => sizeStatus(bytes, memTotal);
  const rest = { memTotal, ...(available !== undefined && { available }) };
  return (bytes) => milderAtRest(slabStatus(bytes, memTotal), bytes, rest);
}

function judgeLook(moment: Moment): MomentVerdict | undefined {
  const { sample, look } = moment;
  if (!look || look.status === "insufficient") return undefined;
  const status = presentStatus(sample, look);
  if (!status) return undefined;
  if (status === "healthy") return { ...healthyMoment(sample), against: look.against };
  const holder = chooseHolder(look, moment.before?.holder);
  const { bucket } = look;
  return {
    status,
    reason: {
      kind: "look",
      look: {
        headline: look.headline,
        ...(bucket !== undefined && { bucket }),
        ...(holder && { holder }),
      },
    },
    evidence: [
      ...(bucket === undefined
        ? []
        : [fact(sample, `${bucket} in the newest sample`, sample.buckets[bucket] ?? 0)]),
      ...look.evidence,
    ],
    against: look.against,
  };
}

/** What is left of the look's verdict by now; undefined when it is over. */
function presentStatus(sample: Sample, look: NodeLook): Status | undefined {
  const { status, bucket } = look;
  if (status === "healthy" || sample.atMs <= look.atMs) return status;
  if (bucket === undefined) return sample.atMs - look.atMs < STATE_LASTS_MS ? status : undefined;
  const then = look.buckets[bucket] ?? 0;
  const now = sample.buckets[bucket] ?? 0;
  if (now >= then * STILL_THERE) return status;
  return remainingStatus(sample, look, bucket);
}

/** A bucket that has shrunk, by its lines: of the amount that the finding was about. */
function remainingStatus(sample: Sample, look: NodeLook, bucket: BucketId): Status | undefined {
  const { status, held, isOwned } = look;
  if (!(JUDGED_BY_SIZE as readonly BucketId[]).includes(bucket)) return undefined;
  const now = sizeOf(sample, bucket);
  const rest = Math.min(held ?? now, now);
  const line = isOwned ? ownerStatus(rest, sample.memTotal) : lineOf(bucket, sample)(rest);
  if (line === "suspect") return status;
  return line === "watch" && RANK[status] >= RANK.watch ? "watch" : undefined;
}

/** The one named before, while it is not much smaller than the largest: two equals shall not take turns. */
const NEARLY = 0.7;

/** The holder of a bucket that the look names first, or the one that was named before. */
export function chooseHolder(
  look: NodeLook | undefined,
  before: string | undefined,
  bucket: BucketId | undefined = look?.bucket,
): NodeHolder | undefined {
  const holders = bucket === undefined ? [] : (look?.holders[bucket] ?? []);
  const [largest] = holders;
  const known = holders.find(({ name }) => name === before);
  if (!largest || !known) return largest;
  return known.explains.upper >= largest.explains.upper * NEARLY ? known : largest;
}

function totalOf(sample: Sample): NodeEvidence {
  return fact(sample, "MemTotal", sample.memTotal);
}

function fact(sample: Sample, text: string, bytes: Bytes): NodeEvidence {
  return { text, value: bytes, unit: "bytes", fromMs: sample.atMs, toMs: sample.atMs };
}

/** "2.60 GiB of 15.6 GiB". */
export function amountOf(bytes: Bytes, memTotal: Bytes): string {
  return `${formatBytes(bytes)} of ${formatBytes(memTotal)}`;
}
