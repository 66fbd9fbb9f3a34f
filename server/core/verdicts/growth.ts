import { bucketBytes } from "../accounting/buckets";
import { composeMemory } from "../accounting/composition";
import { unexplainedAllocpage } from "../accounting/unexplained";
import type { BucketId } from "../report";
import type { Snapshot } from "../snapshot";
import { type Bytes, MIB } from "../units";

/** How a bucket moved over the moments of one input. */
export interface Growth {
  readonly moments: number;
  readonly spanSeconds: number;
  readonly ratePerHour: Bytes;
}

const SHORTEST_SECONDS = 600;
const FEWEST_MOMENTS = 3;
const SLOWEST_PER_HOUR = 64 * MIB;
const SMALLEST_SHARE = 0.05;

/**
 * Growth that proves a leak: at least three moments over ten minutes, never falling, faster than
 * 64 MiB an hour and more than 5 % of the bucket. Two looks some seconds apart prove nothing.
 */
export function provenGrowth(snapshot: Snapshot, bucket: BucketId): Growth | undefined {
  const points = momentsOf(snapshot).flatMap((moment) => measure(moment, bucket));
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < FEWEST_MOMENTS) return undefined;
  const spanSeconds = last.atSeconds - first.atSeconds;
  const grown = last.bytes - first.bytes;
  const isMonotone = points.every((point, index) => point.bytes >= (points[index - 1]?.bytes ?? 0));
  if (spanSeconds < SHORTEST_SECONDS || !isMonotone) return undefined;
  const ratePerHour = (grown * 3_600) / spanSeconds;
  if (ratePerHour <= SLOWEST_PER_HOUR || grown <= last.bytes * SMALLEST_SHARE) return undefined;
  return { moments: points.length, spanSeconds, ratePerHour };
}

/** Oldest first. */
function momentsOf(snapshot: Snapshot): readonly Snapshot[] {
  const moments: Snapshot[] = [];
  for (let at: Snapshot | undefined = snapshot; at; at = at.previous) moments.unshift(at);
  return moments;
}

function measure(moment: Snapshot, bucket: BucketId) {
  const atSeconds = Date.parse(moment.node.takenAt ?? "") / 1_000;
  const composition = composeMemory(moment);
  if (!composition || !Number.isFinite(atSeconds)) return [];
  const bytes =
    bucket === "allocpage"
      ? unexplainedAllocpage(moment, composition)
      : bucketBytes(composition, bucket);
  return [{ atSeconds, bytes }];
}
