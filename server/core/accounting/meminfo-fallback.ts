import type { Snapshot } from "../snapshot";
import { meminfoFromNodeFiles } from "./meminfo-from-nodes";
import { meminfoFromReport } from "./meminfo-from-report";

/**
 * The snapshot with totals: unchanged where it has /proc/meminfo or nothing stands in for it; else with
 * a `meminfo` of the same field names, in bytes, from the NUMA nodes' own files, or from the last
 * complete memory report of the kernel log. `meminfo.derived` says which, and what to keep in mind.
 * A field that the source does not print stays absent.
 */
export function withMeminfo(snapshot: Snapshot): Snapshot {
  if (snapshot.meminfo) return snapshot;
  const meminfo = meminfoFromNodeFiles(snapshot) ?? meminfoFromReport(snapshot);
  return meminfo ? { ...snapshot, meminfo } : snapshot;
}
