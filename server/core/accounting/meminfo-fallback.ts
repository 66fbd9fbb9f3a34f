import type { MeminfoSource, Snapshot } from "../snapshot";
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
  return meminfo ? withReportedTasks({ ...snapshot, meminfo }, meminfo) : snapshot;
}

/** The report that gave the totals lists the tasks of the same moment; other tables of another moment go. */
function withReportedTasks(snapshot: Snapshot, meminfo: MeminfoSource): Snapshot {
  const total = meminfo.value.get("MemTotal");
  const report = snapshot.kernelLog?.value.oom.find(
    ({ managed, managedEstimate }) => total === (managed ?? managedEstimate),
  );
  if (meminfo.derived?.via !== "memory-report" || !report || report.tasks.length === 0) {
    return snapshot;
  }
  const tasks = { file: meminfo.file, via: "oom" as const, rows: report.tasks };
  return { ...snapshot, processTables: [tasks] };
}
