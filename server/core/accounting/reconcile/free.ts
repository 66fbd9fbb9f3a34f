import type { ReconcileRow } from "../../report-reconcile";
import { spreadAvailable, spreadUnavailable, UNAVAILABLE_REASONS } from "./available";
import { ownBuckets, plus, spreadField, type ToolFacts, usedBesideCaches } from "./spread";
import { CACHES_OFF_REASONS, inUse, toBeHad, toolRows } from "./tool-row";

const PROCPS_3 = "procps 3.3.17, proc/sysinfo.c (meminfo)";
const PROCPS_4 = "procps 4.0, library/meminfo.c (meminfo_read_failed), commit 1a52bb4";

/** free(1) of procps. Before 3.3.10 it had a line "-/+ buffers/cache" instead of these columns. */
export function freeRows(facts: ToolFacts): readonly ReconcileRow[] {
  const { composition } = facts;
  const field = (name: string) => spreadField(facts, name);
  const cache = plus(field("Buffers"), field("Cached"), field("SReclaimable"));
  const hidden = composition.buckets.some(({ id, bytes }) => id === "allocpage" && bytes > 0);
  return [
    ...toolRows({
      tool: "free",
      label: "used (procps 3.3)",
      source: PROCPS_3,
      formula: "MemTotal − MemFree − Buffers − Cached − SReclaimable",
      counted: usedBesideCaches(facts),
      ours: inUse(facts),
      why: "Takes shared memory for cache, and free per-CPU pages for used memory.",
      reasons: CACHES_OFF_REASONS,
    }),
    ...toolRows({
      tool: "free",
      label: "used (procps 4)",
      source: PROCPS_4,
      formula: "MemTotal − MemAvailable",
      counted: spreadUnavailable(facts),
      ours: inUse(facts),
      why: `Counts the kernel’s reserves and the cache it keeps back as used${hidden ? "; what is in no counter is in it as well" : ""}.`,
      reasons: UNAVAILABLE_REASONS,
    }),
    ...toolRows({
      tool: "free",
      label: "buff/cache",
      source: `${PROCPS_3}; the same in 4.0`,
      formula: "Buffers + Cached + SReclaimable",
      counted: cache,
      ours: ownBuckets(facts, ["fileCache", "buffers", "slabReclaimable", "kernelMiscReclaimable"]),
      why: "Contains shared memory and tmpfs, which can be swapped out but never dropped.",
      reasons: {
        shmem: "Cached contains shared memory and tmpfs",
        kernelMiscReclaimable: "reclaimable, but not in SReclaimable",
      },
    }),
    ...toolRows({
      tool: "free",
      label: "shared",
      source: `${PROCPS_3}; the same in 4.0`,
      formula: "Shmem",
      counted: field("Shmem"),
      ours: ownBuckets(facts, ["shmem"]),
      why: "The same counter.",
    }),
    ...toolRows({
      tool: "free",
      label: "available",
      source: `${PROCPS_3}; the same in 4.0`,
      formula: "MemAvailable",
      counted: spreadAvailable(facts),
      ours: toBeHad(facts),
      why: "The kernel’s estimate: it leaves out its reserves, part of the caches, and free per-CPU pages.",
      reasons: UNAVAILABLE_REASONS,
    }),
  ];
}
