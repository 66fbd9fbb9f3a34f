import type { ProcessRow } from "../parse/process";
import type { ProcessTable, Snapshot } from "../snapshot";

/** One process, with what every source of the snapshot knows of it, and where its size was read. */
export interface Process extends ProcessRow {
  readonly file: string;
}

/** The kernel's own numbers first, then what ps printed; later tables only fill gaps. */
const RANK: readonly ProcessTable["via"][] = [
  "status",
  "stat",
  "smaps_rollup",
  "cgroup",
  "ps",
  "cmdline",
  "oom",
];

const merged = new WeakMap<Snapshot["processTables"], ReadonlyMap<number, Process>>();

/** All processes of the snapshot by pid: merged once, however many rules ask for them. */
export function mergeProcesses({ processTables }: Snapshot): ReadonlyMap<number, Process> {
  const known = merged.get(processTables);
  if (known) return known;
  const processes = merge(processTables);
  merged.set(processTables, processes);
  return processes;
}

function merge(processTables: Snapshot["processTables"]): ReadonlyMap<number, Process> {
  const tables = [...processTables].sort((a, b) => RANK.indexOf(a.via) - RANK.indexOf(b.via));
  const processes = new Map<number, Process>();
  for (const table of tables) {
    for (const row of table.rows) {
      const known = processes.get(row.pid);
      processes.set(row.pid, known ? { ...row, ...known } : { ...row, file: table.file });
    }
  }
  return processes;
}
