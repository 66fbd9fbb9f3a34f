import type { SlabFamily } from "../accounting/slab-families";
import type { BucketId, Evidence, Holder } from "../report";
import type { Bytes } from "../units";
import type { Diagnosis } from "./diagnosis";
import type { Rule } from "./rule";

/** Slab caches that a rule looks at together. Sizes in bytes. */
export interface CacheSet {
  /** Largest first. */
  readonly caches: readonly SlabFamily[];
  readonly bytes: Bytes;
  /** What the objects in use take. */
  readonly used: Bytes;
  /** Objects in use, as far as they are counted. */
  readonly activeObjects: number;
  readonly holders: readonly Holder[];
  readonly evidence: readonly Evidence[];
}

const QUOTED = 5;

/** The caches that `isWanted`, and what they add up to. */
export function collectCaches(
  { caches }: Pick<Diagnosis, "caches">,
  isWanted: (cache: SlabFamily) => boolean,
): CacheSet {
  const wanted = caches.filter((cache) => cache.bytes > 0 && isWanted(cache));
  const sum = (of: (cache: SlabFamily) => number): number =>
    wanted.reduce((total, cache) => total + of(cache), 0);
  const shown = wanted.slice(0, QUOTED);
  return {
    caches: wanted,
    bytes: sum((cache) => cache.bytes),
    used: sum((cache) => cache.used),
    activeObjects: sum((cache) => cache.activeObjects ?? 0),
    holders: shown.map(cacheHolder),
    evidence: shown.flatMap((cache) => cache.evidence.slice(0, 1)),
  };
}

export function cacheHolder(cache: SlabFamily): Holder {
  return {
    kind: "slabCache",
    name: cache.name,
    ...(cache.activeObjects === undefined ? {} : { count: cache.activeObjects }),
    bytes: { lower: cache.used, upper: cache.bytes },
    evidence: cache.evidence,
  };
}

/** Bytes that earlier rules leave of a bucket; without a ledger nothing limits them. */
export function leftOf(
  diagnosis: Diagnosis,
  rest: Parameters<Rule["judge"]>[1],
  of: { readonly bucket: BucketId; readonly bytes: Bytes },
): Bytes {
  return diagnosis.composition ? Math.min(of.bytes, rest(of.bucket)) : of.bytes;
}
