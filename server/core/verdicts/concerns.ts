import { vmallocUsers } from "../accounting/vmalloc-users";
import { formatBytes } from "../format-bytes";
import type { BucketId } from "../report";
import type { Bytes } from "../units";
import { bytesOf, type Diagnosis } from "./diagnosis";
import { type Growth, provenGrowth } from "./growth";
import { isSlabSplitKnown, missingFields } from "./sufficiency";
import { milderAtRest, type SizeStatus, sizeStatus, slabStatus } from "./thresholds";

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
  vmalloc: "are held by vmalloc, kernel stacks not counted",
};
/** As many caches as a sentence can name. */
const NAMED = 3;

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
      bytes: isSlabSplitKnown(diagnosis) ? bytesOf(diagnosis, "slabUnreclaimable") : 0,
      plusMinus: 0,
    },
    { bucket: "vmalloc" as const, bytes: undesignedVmalloc(diagnosis), plusMinus: 0 },
  ];
  return candidates
    .map((each) => ({ ...each, bytes: Math.max(0, each.bytes - harmless(each.bucket)) }))
    .flatMap((candidate) => concern(diagnosis, candidate))
    .sort((a, b) => b.bytes - a.bytes);
}

/** vmalloc less what its users take by design: an index or a table that is as large as it was set up. */
function undesignedVmalloc(diagnosis: Diagnosis): Bytes {
  const designed = vmallocUsers(diagnosis.snapshot).filter((user) => user.design !== undefined);
  return bytesOf(diagnosis, "vmalloc") - designed.reduce((sum, user) => sum + user.bytes, 0);
}

function concern(
  diagnosis: Diagnosis,
  of: { readonly bucket: BucketId; readonly bytes: Bytes; readonly plusMinus: Bytes },
): readonly Concern[] {
  const judgeSize = of.bucket === "slabUnreclaimable" ? spreadStatus(diagnosis) : sizeStatus;
  const status = judgeSize(of.bytes, diagnosis.memTotal);
  if (!status) return [];
  const growth = provenGrowth(diagnosis.snapshot, of.bucket);
  if (growth) {
    const headline = growing(diagnosis, of, growth);
    return [{ ...of, status: "leaking", headline, isCertain: true }];
  }
  const certain = judgeSize(of.bytes - of.plusMinus, diagnosis.memTotal);
  // What the stated uncertainty alone may have lifted over the lower line is no alarm, nor worth a watch.
  if (!certain && status === "watch") return [];
  const isCertain = certain === status;
  const sentence = of.bucket === "slabUnreclaimable" ? spread(diagnosis) : SENTENCES[of.bucket];
  const headline = `${formatBytes(of.bytes)} ${sentence ?? "are unexplained"}`;
  return [
    { bucket: of.bucket, bytes: of.bytes, status: certain ? status : "watch", headline, isCertain },
  ];
}

function spreadStatus(diagnosis: Diagnosis): typeof slabStatus {
  return (bytes, memTotal) => {
    const status = slabStatus(bytes, memTotal);
    return status === "suspect" ? milderAtRest(status, bytes, diagnosis) : status;
  };
}

/** Slab that no finding speaks for: how it is spread is all that can be said. */
function spread({ caches }: Diagnosis): string {
  const largest = caches.filter((cache) => cache.reclaim !== "reclaimable").slice(0, NAMED);
  if (largest.length === 0)
    return "of slab cannot be reclaimed, and which cache holds it is unknown";
  const names = largest.map((cache) => `${cache.name} ${formatBytes(cache.bytes)}`).join(", ");
  return `of slab cannot be reclaimed, spread over many caches; the largest: ${names}`;
}

function growing(
  diagnosis: Diagnosis,
  of: { readonly bucket: BucketId; readonly bytes: Bytes },
  growth: Growth,
): string {
  const rate = formatBytes(growth.ratePerHour);
  const hours = (growth.spanSeconds / 3_600).toPrecision(2);
  const cache = of.bucket === "slabUnreclaimable" ? fastestCache(diagnosis) : "";
  return `${of.bucket} grows by ${rate} an hour: ${formatBytes(of.bytes)} now, never falling over ${growth.moments} moments in ${hours} hours${cache}`;
}

/** The cache that took most since the look before; nothing where no cache took anything. */
function fastestCache({ caches }: Diagnosis): string {
  const [fastest] = [...caches]
    .filter((cache) => cache.reclaim !== "reclaimable")
    .sort((a, b) => (b.growth ?? 0) - (a.growth ?? 0));
  if (!fastest?.growth || fastest.growth <= 0) return "";
  return `; ${fastest.name} took ${formatBytes(fastest.growth)} since the look before`;
}
