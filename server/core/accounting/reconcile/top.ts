import type { BucketId } from "../../report";
import type { ReconcileRow } from "../../report-reconcile";
import type { Bytes } from "../../units";
import { mergeProcesses, type Process } from "../processes";
import type { Spread, ToolFacts } from "./spread";
import { inUse, reasonForKernel, toolRows } from "./tool-row";

/**
 * The sum of top's RES column. Its header lines are those of free. RES is RssAnon + RssFile + RssShmem
 * (fs/proc/task_mmu.c); where a process has no split, its RES is taken for memory of its own.
 */
export function topRows(facts: ToolFacts): readonly ReconcileRow[] {
  const processes = [...mergeProcesses(facts.snapshot).values()].filter(
    (process) => process.rss !== undefined,
  );
  if (processes.length === 0) return [];
  return toolRows({
    tool: "top",
    label: `RES of all ${processes.length} processes`,
    source: "procps 3.3 and 4.0, top: resident pages of /proc/PID/statm",
    formula: "Σ RES",
    counted: residentPages(processes),
    ours: inUse(facts),
    why: "Shows processes alone, with a shared page once for each of them. Kernel memory is in no row.",
    reasons: {
      anon: "pages shared after fork are counted once per process",
      shmem: "a page is counted once for each process that maps it; what nobody maps is in no row",
      fileCache: "mapped files are counted once per process, and as used",
      ...reasonForKernel("not in any process"),
    },
  });
}

function residentPages(processes: readonly Process[]): Spread {
  const sum = (read: (process: Process) => Bytes | undefined): Bytes =>
    processes.reduce((bytes, process) => bytes + (read(process) ?? 0), 0);
  const [shmem, file] = [sum((each) => each.rssShmem), sum((each) => each.rssFile)];
  return new Map<BucketId, Bytes>([
    ["anon", sum((each) => each.rss) - shmem - file],
    ["shmem", shmem],
    ["fileCache", file],
  ]);
}
