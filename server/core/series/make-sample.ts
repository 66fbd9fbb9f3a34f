import { composeMemory } from "../accounting/composition";
import { composeSockets } from "../accounting/sockets";
import { sockstatMemory, unexplainedAllocpage } from "../accounting/unexplained";
import type { BucketId, Composition } from "../report";
import type { Snapshot } from "../snapshot";
import type { CgroupSample, HolderSample, Sample, SlabCacheSample } from "./sample";

/** What a push says beside its measurements. */
export type SampleFacts = Pick<
  Sample,
  "node" | "bootId" | "atMs" | "takenAtMs" | "lacks" | "labels"
>;

export interface Measurements {
  /** Of the files that every push carries, and of no others: the buckets then mean the same in each. */
  readonly essential: Snapshot;
  /** Of all files of a push of the heavier set. */
  readonly heavy?: Snapshot;
}

const NO_TEXTS: Snapshot["texts"] = new Map();

const SLAB_CACHES = 40;
const HOLDERS = 20;
const CGROUPS = 40;

/** The sample of a push, sizes in bytes; undefined where nothing gives MemTotal. */
export function makeSample(
  facts: SampleFacts,
  { essential: given, heavy }: Measurements,
): Sample | undefined {
  const essential = withoutTexts(given);
  const composition = composeMemory(essential);
  if (!composition) return undefined;
  const { hostname, kernel, uptimeSeconds } = essential.node;
  return {
    ...facts,
    memTotal: composition.memTotal,
    buckets: bucketsOf(composition),
    unexplained: unexplainedAllocpage(essential, composition),
    ...present({ hostname: cut(hostname), kernel: cut(kernel), uptimeSeconds }),
    ...present({
      available: essential.meminfo?.value.get("MemAvailable")?.value,
      sockets: socketMemory(essential),
      oomKills: essential.vmstat?.value.get("oom_kill")?.value,
    }),
    ...(heavy && listsOf(withoutTexts(heavy))),
  };
}

/** Nobody reads the evidence of a sample: without texts no line is looked up for it. */
function withoutTexts(snapshot: Snapshot): Snapshot {
  return { ...snapshot, texts: NO_TEXTS };
}

function bucketsOf({ buckets }: Composition): Sample["buckets"] {
  const sizes: Partial<Record<BucketId, number>> = {};
  for (const { id, bytes } of buckets) sizes[id] = bytes;
  return sizes;
}

/** TCP and UDP memory; one of them missing counts as none of it. */
function socketMemory(snapshot: Snapshot): number | undefined {
  const tcp = sockstatMemory(snapshot, "TCP.mem")?.value;
  const udp = sockstatMemory(snapshot, "UDP.mem")?.value;
  return tcp === undefined && udp === undefined ? undefined : (tcp ?? 0) + (udp ?? 0);
}

function listsOf(snapshot: Snapshot): Pick<Sample, "slabCaches" | "holders" | "cgroups"> {
  return present({
    slabCaches: largestCaches(snapshot),
    holders: largestHolders(snapshot),
    cgroups: largestCgroups(snapshot),
  });
}

function largestCaches({ slab }: Snapshot): readonly SlabCacheSample[] | undefined {
  return slab?.value
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, SLAB_CACHES)
    .map(({ name, bytes }) => ({ name: cut(name), bytes }));
}

function largestHolders(snapshot: Snapshot): readonly HolderSample[] | undefined {
  if (snapshot.socketTables.length === 0) return undefined;
  const composition = composeMemory(snapshot);
  const view = composeSockets(snapshot, unexplainedAllocpage(snapshot, composition));
  return view?.holders
    .filter(({ retained }) => retained.upper > 0)
    .sort((a, b) => b.retained.upper - a.retained.upper)
    .slice(0, HOLDERS)
    .map(({ comm, pid, socketCount, retained }) => ({
      ...present({ comm: cut(comm), pid }),
      sockets: socketCount,
      queued: retained.lower,
      upper: retained.upper,
    }));
}

function largestCgroups(snapshot: Snapshot): readonly CgroupSample[] | undefined {
  const cgroups = composeMemory(snapshot)?.cgroups;
  return cgroups
    ?.flatMap(({ path, current }) =>
      current === undefined ? [] : [{ path: cut(path), bytes: current }],
    )
    .slice(0, CGROUPS);
}

/** A name may be as long as a push; what is kept for each half minute may not. */
const LONGEST_NAME = 500;

function cut<T extends string | undefined>(name: T): T {
  return (name === undefined ? name : name.slice(0, LONGEST_NAME)) as T;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Present<T>;
}
