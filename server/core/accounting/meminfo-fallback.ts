import type { DerivedMeminfo, MeminfoSource, Snapshot } from "../snapshot";
import { meminfoFromNodeFiles } from "./meminfo-from-nodes";
import { meminfoFromReport } from "./meminfo-from-report";

/** Sources by how much of the ledger they tell, fullest first; of two alike the one that rounds less. */
const PREFERENCE: readonly DerivedMeminfo["via"][] = [
  "node-exporter",
  "node-files",
  "sysak",
  "numastat",
  "memory-report",
  "sar",
  "crash",
  "smem",
  "vmstat-s",
  "xsos",
  "free",
  "top",
  // No MemTotal.
  "sysak-check",
];

/**
 * The snapshot with totals: unchanged where it has /proc/meminfo or nothing stands in for it; else with
 * a `meminfo` of the same field names, in bytes, from the NUMA nodes' own files, the last complete
 * memory report of the kernel log, metrics, or a tool's table. `meminfo.derived` says which, and what
 * to keep in mind. A field that the source does not print stays absent.
 */
export function withMeminfo(snapshot: Snapshot): Snapshot {
  if (snapshot.meminfo) return snapshot;
  const [meminfo] = [
    ...snapshot.otherTotals,
    meminfoFromNodeFiles(snapshot) ?? [],
    meminfoFromReport(snapshot) ?? [],
  ]
    .flat()
    .sort((a, b) => rank(a.derived?.via) - rank(b.derived?.via));
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

function rank(via: DerivedMeminfo["via"] | undefined): number {
  return via === undefined ? PREFERENCE.length : PREFERENCE.indexOf(via);
}
