import { BUCKETS, type BucketId, type Composition } from "../../report";
import type { Snapshot } from "../../snapshot";
import type { Bytes } from "../../units";
import { bucketBytes } from "../buckets";

/** A number of bytes as the buckets it is made of: the bytes of the buckets add up to it. */
export type Spread = ReadonlyMap<BucketId, Bytes>;

/** What the formulas of other tools read. */
export interface ToolFacts {
  readonly snapshot: Snapshot;
  readonly composition: Composition;
  /** A meminfo field in bytes; absent when it is not printed. */
  readonly field: (name: string) => Bytes | undefined;
}

/**
 * Which buckets a field of meminfo speaks of. All but the last get their own bytes, the last gets the
 * rest of the field: so a field always adds up, also where counters were read at different moments.
 */
const HOME: Readonly<Record<string, readonly [...BucketId[], BucketId]>> = {
  MemFree: ["free"],
  Buffers: ["buffers"],
  Cached: ["shmem", "fileCache"],
  Shmem: ["shmem"],
  SwapCached: ["swapCache"],
  SReclaimable: ["slabReclaimable"],
  KReclaimable: ["slabReclaimable", "kernelMiscReclaimable"],
  Slab: ["slabReclaimable", "slabUnreclaimable"],
  KernelStack: ["kernelStack"],
  PageTables: ["pageTables"],
  Zswap: ["zpool"],
};

/** Pages on the LRU lists are pages of processes and of the page cache. */
const LRU_HOME = ["anon", "shmem", "buffers", "swapCache", "fileCache"] as const;

/** An amount as its buckets: every one but the last with its own bytes, the last with the rest. */
export function fill(
  { composition }: ToolFacts,
  bytes: Bytes,
  homes: readonly BucketId[],
): Spread | undefined {
  const last = homes.at(-1);
  if (last === undefined) return undefined;
  const spread = new Map<BucketId, Bytes>();
  for (const id of homes.slice(0, -1)) spread.set(id, bucketBytes(composition, id));
  return spread.set(last, bytes - total(spread));
}

/** A field as its buckets; absent when the field is not printed. */
export function spreadField(facts: ToolFacts, name: string): Spread | undefined {
  if (name === "MemTotal") return ownBuckets(facts, BUCKETS);
  const bytes = facts.field(name);
  const homes = HOME[name];
  return bytes === undefined || homes === undefined ? undefined : fill(facts, bytes, homes);
}

/** The sum of LRU fields (and Mlocked) as its buckets; absent when one of them is not printed. */
export function spreadLru(facts: ToolFacts, names: readonly string[]): Spread | undefined {
  const fields = names.map(facts.field);
  if (fields.includes(undefined)) return undefined;
  const bytes = fields.reduce<Bytes>((sum, field) => sum + (field ?? 0), 0);
  return fill(facts, bytes, LRU_HOME);
}

/** The buckets as we count them. */
export function ownBuckets({ composition }: ToolFacts, ids: readonly BucketId[]): Spread {
  return new Map(ids.map((id) => [id, bucketBytes(composition, id)]));
}

/** The first term less the others; absent when one of them is. */
export function minus(
  from: Spread | undefined,
  ...off: readonly (Spread | undefined)[]
): Spread | undefined {
  return off.reduce((rest, term) => combine(rest, term, -1), from);
}

/** All terms together; absent when one of them is. */
export function plus(...terms: readonly (Spread | undefined)[]): Spread | undefined {
  return terms.reduce<Spread | undefined>((sum, term) => combine(sum, term, 1), new Map());
}

function combine(a: Spread | undefined, b: Spread | undefined, sign: 1 | -1): Spread | undefined {
  if (!a || !b) return undefined;
  const sum = new Map(a);
  for (const [id, bytes] of b) sum.set(id, (sum.get(id) ?? 0) + sign * bytes);
  return sum;
}

export function scale(spread: Spread | undefined, by: number): Spread | undefined {
  return spread && new Map([...spread].map(([id, bytes]) => [id, bytes * by]));
}

/** `MemTotal − MemFree − caches`; where that is below zero, as in a container, procps and htop print MemTotal − MemFree. */
export function usedBesideCaches(facts: ToolFacts): Spread | undefined {
  const busy = minus(spreadField(facts, "MemTotal"), spreadField(facts, "MemFree"));
  const used = minus(
    busy,
    spreadField(facts, "Buffers"),
    spreadField(facts, "Cached"),
    spreadField(facts, "SReclaimable"),
  );
  return used && total(used) < 0 ? busy : used;
}

export function total(spread: Spread): Bytes {
  return [...spread.values()].reduce((sum, bytes) => sum + bytes, 0);
}
