import { quote } from "../evidence";
import type { CgroupMemory } from "../parse/cgroup-memory";
import type { Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import { mergeProcesses } from "./processes";

/** Memory cgroups that were removed and live on, as far as a source counts them. */
export interface DyingCgroups {
  readonly count: number;
  /** Groups that the kernel knows in all, removed ones included; absent where not printed. */
  readonly all?: number;
  /** printed: the kernel's own count. difference: known groups less directories. */
  readonly how: "printed" | "difference";
  readonly evidence: readonly Evidence[];
}

/** Counted by the kernel (cgroup.stat), else groups of /proc/cgroups that have no directory. */
export function countDyingCgroups(snapshot: Snapshot): DyingCgroups | undefined {
  const counts = snapshot.cgroupCounts;
  const known = counts?.value.get("memory");
  const all =
    counts && known
      ? quote(
          snapshot,
          { file: counts.file, line: known.line },
          { text: "memory cgroups that the kernel knows", value: known.value, unit: "count" },
        )
      : undefined;
  return printed(snapshot, all) ?? (all && difference(snapshot, all));
}

/** Of memory alone (6.12+), else of all controllers; on cgroup v1 a backport of some distributions. */
function printed(snapshot: Snapshot, all: Evidence | undefined): DyingCgroups | undefined {
  const [top] = ["nr_dying_subsys_memory", "nr_dying_descendants"]
    .map((field) => topmost(snapshot, field))
    .filter((each) => each !== undefined);
  if (!top) return undefined;
  return {
    count: top.value,
    how: "printed",
    ...(all ? { all: all.value } : {}),
    evidence: [top, ...(all ? [all] : [])],
  };
}

/** The group that prints most: the counters are recursive, so it is the topmost one that was read. */
function topmost(snapshot: Snapshot, field: string): Evidence | undefined {
  const source = snapshot.cgroupMemory;
  const found = source?.value.flatMap(({ cgroupStat }) => {
    const counter = cgroupStat?.get(field);
    if (!counter) return [];
    const at = { file: source.file, line: counter.line };
    return [quote(snapshot, at, { text: field, value: counter.value, unit: "count" })];
  });
  return found
    ?.filter((evidence) => !isBesideMemory(source?.value ?? [], evidence))
    .sort((a, b) => b.value - a.value)[0];
}

/** Where both versions are mounted the unified tree has no memory: its count says nothing of memory cgroups. */
function isBesideMemory(groups: readonly CgroupMemory[], { raw = "" }: Evidence): boolean {
  const hasV1 = groups.some(({ values }) => values.has("memory.usage_in_bytes"));
  return hasV1 && raw.includes("/unified/");
}

/**
 * Only with the view of the host: the kernel's threads are there, every group that a process names has
 * its directory, and the list of directories was not cut. A container sees its own few directories.
 */
function difference(snapshot: Snapshot, all: Evidence): DyingCgroups | undefined {
  const source = snapshot.cgroupMemory;
  const folders = new Set(
    source?.value
      .filter(({ values, stat }) => values.size > 0 || stat.size > 0)
      .map(({ path }) => path),
  );
  if (!source || folders.size === 0 || folders.size >= LISTED_AT_MOST) return undefined;
  if (!seesHost(snapshot, folders)) return undefined;
  const count = Math.max(0, all.value - folders.size);
  const directories: Evidence = {
    text: "directories of memory cgroups",
    value: folders.size,
    unit: "count",
    file: source.file,
  };
  return { count, all: all.value, how: "difference", evidence: [all, directories] };
}

/** The collector lists no more than this. */
const LISTED_AT_MOST = 500;

function seesHost(snapshot: Snapshot, folders: ReadonlySet<string>): boolean {
  const processes = [...mergeProcesses(snapshot).values()];
  const isHost = processes.some(({ pid, comm }) => pid === 2 && comm === "kthreadd");
  return (
    isHost && processes.every(({ cgroup }) => cgroup === undefined || folders.has(cgroup || "/"))
  );
}
