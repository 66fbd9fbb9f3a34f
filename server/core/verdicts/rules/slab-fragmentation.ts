import type { SlabFamily } from "../../accounting/slab-families";
import { formatBytes } from "../../format-bytes";
import type { BucketId } from "../../report";
import type { Bytes } from "../../units";
import { cacheHolder, collectCaches, leftOf } from "../cache-set";
import { confidenceOf } from "../confidence";
import { SLABTOP } from "../confirm";
import { freeBytes, isFragmented } from "../free-objects";
import type { Found, Rule } from "../rule";

/** From this share of RAM on the free objects are worth a warning; below it they are only named. */
const WARNED = 0.05;

/**
 * Slabs that stay although most of their objects are free: one living object keeps its whole slab.
 * The caches of one bucket, the one that loses most by it.
 */
export const slabFragmentation: Rule = {
  id: "slab-fragmentation",
  title: "Slabs kept by few living objects",
  judge(diagnosis, rest) {
    const { memTotal } = diagnosis;
    const set = collectCaches(diagnosis, (cache) => isFragmented(cache, memTotal));
    const [main] = set.caches;
    if (!main) return undefined;
    const bucket = bucketOf(main);
    const caches = set.caches.filter((cache) => bucketOf(cache) === bucket);
    const sum = caches.reduce((bytes, cache) => bytes + freeBytes(cache), 0);
    const bytes = leftOf(diagnosis, rest, { bucket, bytes: sum });
    if (bytes <= 0) return undefined;
    const isWarned = memTotal === undefined || bytes > memTotal * WARNED;
    return {
      status: isWarned ? "watch" : "healthy",
      headline: headlineOf(main, bytes, caches.length),
      confirm: [SLABTOP],
      finding: {
        bucket,
        severity: isWarned ? "warning" : "info",
        ...confidenceOf([
          { factor: main.objects ? 1 : 0.9, why: "objects are not counted, only bytes" },
        ]),
        // SLUB counts every object of a slab that a CPU works on as used: more may be free, not less.
        bytes: { lower: bytes, upper: bytes },
        holders: caches.slice(0, 5).map(cacheHolder),
        evidence: caches.slice(0, 5).map(usedEvidence),
        ...fixOf(bucket),
      },
    };
  },
};

function bucketOf({ reclaim }: SlabFamily): BucketId {
  return reclaim === "reclaimable" ? "slabReclaimable" : "slabUnreclaimable";
}

function headlineOf(main: SlabFamily, bytes: Bytes, count: number): string {
  const percent = Math.round((main.used / main.bytes) * 100);
  const others = count > 1 ? ` and ${count - 1} more` : "";
  return `${formatBytes(bytes)} are free objects in slabs of ${main.name}${others}: ${percent} % of its ${formatBytes(main.bytes)} are in use, the slabs stay while one object in them lives`;
}

function usedEvidence(cache: SlabFamily) {
  const [first] = cache.evidence;
  const share = cache.bytes > 0 ? cache.used / cache.bytes : 1;
  const formula =
    cache.objects === undefined
      ? "bytes in use / bytes"
      : `${cache.activeObjects} of ${cache.objects} objects in use`;
  return {
    ...(first ?? { file: "" }),
    text: `${cache.name}: share in use`,
    value: share,
    unit: "ratio" as const,
    formula,
  };
}

function fixOf(bucket: BucketId): Pick<Found["finding"], "fix" | "fixRisk"> {
  return bucket === "slabReclaimable"
    ? {
        fix: "No leak. Reclaim frees objects one by one and gets a page only when a whole slab is empty. Find who made so many at once (backup, find, a scan of the tree); where it hurts, lower its share with a memory limit on that job. Dropping the caches (vm.drop_caches=2) gives part of it back: a decision of the owner of the machine.",
        fixRisk:
          "Dropped inodes and names are read from disk again; on a large cache it stalls for seconds.",
      }
    : {
        fix: "Whatever made the peak has freed most of its objects; the pages come back as the last ones go. A restart of the service that holds the rest gives them back at once.",
        fixRisk: "The restart interrupts that service.",
      };
}
