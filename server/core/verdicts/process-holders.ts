import { mergeProcesses, type Process } from "../accounting/processes";
import { quote } from "../evidence";
import type { Holder } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";

/** The processes of the snapshot, else the task list of the last memory report of the kernel log. */
export function allProcesses(snapshot: Snapshot): readonly Process[] {
  const merged = [...mergeProcesses(snapshot).values()];
  if (merged.some((process) => process.rss !== undefined)) return merged;
  const log = snapshot.kernelLog;
  const tasks = log?.value.oom.findLast((report) => report.tasks.length > 0)?.tasks ?? [];
  return log ? tasks.map((task) => ({ ...task, file: log.file })) : merged;
}

/** The processes with the most of something, largest first, as holders of it. */
export function processHolders(
  snapshot: Snapshot,
  processes: readonly Process[],
  of: {
    /** What the number is, as the kernel calls it. */
    readonly text: string;
    readonly bytes: (process: Process) => Bytes | undefined;
    readonly most?: number;
  },
): readonly Holder[] {
  return processes
    .map((process) => ({ process, bytes: of.bytes(process) ?? 0 }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, of.most ?? 5)
    .map(({ process, bytes }) => ({
      kind: "process",
      pid: process.pid,
      ...(process.comm ? { comm: process.comm } : {}),
      ...(process.cgroup ? { cgroup: process.cgroup } : {}),
      bytes: { lower: bytes, upper: bytes },
      evidence: [quote(snapshot, process, { text: of.text, value: bytes, unit: "bytes" })],
    }));
}

/** Memory that is the process's alone, where it is told apart; else all that it has in RAM. */
export function ownBytes(process: Process): Bytes | undefined {
  if (process.rssAnon !== undefined) return process.rssAnon;
  return process.rss;
}
