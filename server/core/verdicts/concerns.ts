import { formatBytes } from "../format-bytes";
import type { BucketId } from "../report";
import type { Bytes } from "../units";
import { bytesOf, type Diagnosis } from "./diagnosis";
import { type Growth, provenGrowth } from "./growth";
import { missingFields } from "./sufficiency";
import { type SizeStatus, sizeStatus } from "./thresholds";

/** A kernel bucket that is too large for its share of RAM, whatever fills it. */
export interface Concern {
  readonly bucket: BucketId;
  readonly bytes: Bytes;
  readonly status: NonNullable<SizeStatus> | "leaking";
  readonly headline: string;
  /** False when the stated uncertainty alone could have lifted it over the line. */
  readonly isCertain: boolean;
}

const SENTENCES: Partial<Record<BucketId, string>> = {
  allocpage: "are in pages that no counter shows, and nothing in this snapshot names the holder",
  slabUnreclaimable: "of slab cannot be reclaimed, and no single cache explains it",
  vmalloc: "are held by vmalloc, kernel stacks not counted",
};

/**
 * Buckets over the lines of `thresholds.ts`, largest first. `harmless` are the bytes of a bucket that
 * have a name and no fault (a cache of ZFS, rings of a card): they are taken off before.
 */
export function findConcerns(
  diagnosis: Diagnosis,
  harmless: (bucket: BucketId) => Bytes,
): readonly Concern[] {
  if (diagnosis.inconsistencies.length > 0) return [];
  const plusMinus = diagnosis.composition?.uncertainty.plusMinus ?? 0;
  // In a cut paste the remainder holds whatever was cut off: it proves nothing.
  const unexplained = missingFields(diagnosis).length > 0 ? 0 : diagnosis.unexplained;
  const candidates = [
    { bucket: "allocpage" as const, bytes: unexplained, plusMinus },
    {
      bucket: "slabUnreclaimable" as const,
      bytes: bytesOf(diagnosis, "slabUnreclaimable"),
      plusMinus: 0,
    },
    { bucket: "vmalloc" as const, bytes: bytesOf(diagnosis, "vmalloc"), plusMinus: 0 },
  ];
  return candidates
    .map((each) => ({ ...each, bytes: Math.max(0, each.bytes - harmless(each.bucket)) }))
    .flatMap((candidate) => concern(diagnosis, candidate))
    .sort((a, b) => b.bytes - a.bytes);
}

function concern(
  diagnosis: Diagnosis,
  of: { readonly bucket: BucketId; readonly bytes: Bytes; readonly plusMinus: Bytes },
): readonly Concern[] {
  const status = sizeStatus(of.bytes, diagnosis.memTotal);
  if (!status) return [];
  const growth = provenGrowth(diagnosis.snapshot, of.bucket);
  if (growth) return [{ ...of, status: "leaking", headline: growing(of, growth), isCertain: true }];
  const isCertain = sizeStatus(of.bytes - of.plusMinus, diagnosis.memTotal) === status;
  const headline = `${formatBytes(of.bytes)} ${SENTENCES[of.bucket] ?? "are unexplained"}`;
  return [{ bucket: of.bucket, bytes: of.bytes, status, headline, isCertain }];
}

function growing(of: { readonly bucket: BucketId; readonly bytes: Bytes }, growth: Growth): string {
  const rate = formatBytes(growth.ratePerHour);
  const hours = (growth.spanSeconds / 3_600).toPrecision(2);
  return `${of.bucket} grows by ${rate} an hour: ${formatBytes(of.bytes)} now, never falling over ${growth.moments} moments in ${hours} hours`;
}
