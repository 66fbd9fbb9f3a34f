import { BUCKETS } from "../core/report";
import type { CgroupSample, HolderSample, Sample, SlabCacheSample } from "../core/series/sample";
import { toInstantColumn } from "./column-types";
import { bucketColumn } from "./sample-columns";
import { wellFormed } from "./well-formed";

/** Bits of the column `measured`. */
const MEASURED = { slabCaches: 1, holders: 2, cgroups: 4 } as const;

/** Sums over the members of a list must stay exact as well. No process, cache or group holds 128 TiB. */
const LARGEST_MEMBER = 2 ** 47;
const LARGEST_SIZE = Number.MAX_SAFE_INTEGER;
const LARGEST_UINT32 = 2 ** 32 - 1;

/**
 * One entry per column: its name and how a sample fills it. Rows travel as bare arrays in this order. Samples
 * of many nodes share an insert, so that no number or text of one may be such that the engine refuses it.
 */
export const SAMPLE_FIELDS: readonly (readonly [string, (sample: Sample) => unknown])[] = [
  ["node", ({ node }) => wellFormed(node)],
  ["at", ({ atMs }) => instant(atMs)],
  ["boot_id", ({ bootId }) => wellFormed(bootId)],
  ["taken_at", ({ takenAtMs }) => instant(takenAtMs)],
  ["hostname", ({ hostname }) => text(hostname)],
  ["kernel", ({ kernel }) => text(kernel)],
  ["uptime_seconds", ({ uptimeSeconds }) => count(uptimeSeconds)],
  ["mem_total", ({ memTotal }) => size(memTotal) ?? 0],
  ...BUCKETS.map((id) => [bucketColumn(id), (s: Sample) => size(s.buckets[id])] as const),
  ["available", ({ available }) => size(available)],
  ["sockets", ({ sockets }) => size(sockets)],
  ["unexplained", ({ unexplained }) => size(unexplained)],
  ["oom_kills", ({ oomKills }) => count(oomKills, LARGEST_SIZE)],
  ["measured", measuredOf],
  ["slab_names", ofCaches(({ name }) => wellFormed(name))],
  ["slab_bytes", ofCaches(({ bytes }) => member(bytes))],
  ["holder_comms", ofHolders(({ comm }) => text(comm))],
  ["holder_pids", ofHolders(({ pid }) => count(pid))],
  ["holder_sockets", ofHolders(({ sockets }) => count(sockets) ?? 0)],
  ["holder_queued", ofHolders(({ queued }) => member(queued))],
  ["holder_upper", ofHolders(({ upper }) => member(upper))],
  ["cgroup_paths", ofCgroups(({ path }) => wellFormed(path))],
  ["cgroup_bytes", ofCgroups(({ bytes }) => member(bytes))],
  ["lacks", ({ lacks }) => lacks.map(wellFormed)],
  ["labels", labelsOf],
];

function ofCaches(read: (cache: SlabCacheSample) => unknown) {
  return ({ slabCaches = [] }: Sample) => slabCaches.map(read);
}

function ofHolders(read: (holder: HolderSample) => unknown) {
  return ({ holders = [] }: Sample) => holders.map(read);
}

function ofCgroups(read: (cgroup: CgroupSample) => unknown) {
  return ({ cgroups = [] }: Sample) => cgroups.map(read);
}

function measuredOf({ slabCaches, holders, cgroups }: Sample): number {
  return (
    (slabCaches ? MEASURED.slabCaches : 0) |
    (holders ? MEASURED.holders : 0) |
    (cgroups ? MEASURED.cgroups : 0)
  );
}

function labelsOf({ labels }: Sample): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [wellFormed(key), wellFormed(value)]),
  );
}

function instant(ms: number): string {
  return toInstantColumn(new Date(Math.round(ms)).toISOString());
}

function text(value: string | undefined): string | null {
  return value === undefined ? null : wellFormed(value);
}

/** A size in whole bytes, within what is exact; what is no number counts as not measured. */
function size(value: number | undefined): number | null {
  return within(value, -LARGEST_SIZE, LARGEST_SIZE);
}

function member(bytes: number): number {
  return within(bytes, 0, LARGEST_MEMBER) ?? 0;
}

function count(value: number | undefined, largest = LARGEST_UINT32): number | null {
  return within(value, 0, largest);
}

function within(value: number | undefined, lowest: number, highest: number): number | null {
  if (value === undefined || Number.isNaN(value)) return null;
  return Math.floor(Math.min(Math.max(value, lowest), highest));
}
