import { isKernelAtLeast } from "../../accounting/kernel-version";
import { meminfoEvidence } from "../../accounting/ledger-facts";
import { mergeProcesses, type Process } from "../../accounting/processes";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Holder } from "../../report";
import { type Bytes, GIB, KIB, MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Found, Rule } from "../rule";

const SHOWN = 5;
/** Fewer threads in one program are everyday life. */
const MANY = 1_000;

/**
 * Every thread has a stack in the kernel, 16 KiB on 64-bit machines since 3.15. Watch from 2 % of RAM and
 * 256 MiB, or 1 % and 1 GiB (1.3 GiB of 455 GiB were seen on a node at rest); suspect from 5 % and 1 GiB.
 */
export const threadExplosion: Rule = {
  id: "thread-explosion",
  title: "Very many threads",
  bucket: "kernelStack",
  judge(diagnosis) {
    const stacks = meminfoEvidence(diagnosis.snapshot, "KernelStack");
    if (!stacks) return undefined;
    const size = sizeOf(stacks.value, diagnosis.memTotal);
    if (!size) return undefined;
    const holders = programs(diagnosis);
    const [main] = holders;
    const isKnown = main !== undefined && main.bytes.upper >= stacks.value * 0.5;
    return {
      status: statusOf(size, isKnown),
      headline: `${formatBytes(stacks.value)} are kernel stacks${threadsOf(main)}`,
      confirm: [
        {
          command: "ps -eo nlwp,pid,comm --sort -nlwp | head; cat /proc/loadavg",
          proves:
            "Which process has the most threads; after the slash in loadavg: all threads of the machine.",
          risk: "Reads only.",
          root: false,
        },
      ],
      finding: {
        severity: size === "suspect" ? "critical" : "warning",
        ...confidenceOf([
          { factor: isKnown ? 1 : 0.8, why: "no program is known that has half of the threads" },
        ]),
        bytes: { lower: stacks.value, upper: stacks.value },
        holders,
        evidence: [stacks],
        fix: "Give the program a pool of threads with an upper limit, or a limit of tasks (TasksMax, pids.max).",
        fixRisk: "At the limit new threads fail: the program must bear that.",
      },
    };
  },
};

function sizeOf(bytes: Bytes, memTotal: Bytes | undefined): "suspect" | "watch" | undefined {
  if (memTotal === undefined) return bytes > GIB ? "watch" : undefined;
  const share = bytes / memTotal;
  if (share > 0.05 && bytes > GIB) return "suspect";
  if ((share > 0.02 && bytes > 256 * MIB) || (share > 0.01 && bytes > GIB)) return "watch";
  return undefined;
}

function statusOf(size: "suspect" | "watch", isKnown: boolean): Found["status"] {
  return size === "suspect" && isKnown ? "held" : size;
}

function threadsOf(main: Holder | undefined): string {
  if (!main?.comm) return "";
  return `: ${main.count} threads of ${main.comm}${main.pid === undefined ? "" : ` (pid ${main.pid})`}`;
}

/** Threads by program: a thousand processes of one thread cost as much as one process of a thousand. */
function programs({ snapshot }: Diagnosis): readonly Holder[] {
  const byName = new Map<string, Process[]>();
  for (const process of mergeProcesses(snapshot).values()) {
    if (process.isKernelThread || process.comm === undefined) continue;
    const group = byName.get(process.comm);
    if (group) group.push(process);
    else byName.set(process.comm, [process]);
  }
  const { kernel } = snapshot.node;
  const stack = kernel !== undefined && !isKernelAtLeast(kernel, 3, 15) ? 8 * KIB : 16 * KIB;
  return [...byName]
    .map(([comm, group]) => programHolder(snapshot, { comm, group, stack }))
    .filter((holder) => (holder.count ?? 0) >= MANY)
    .sort((a, b) => b.bytes.upper - a.bytes.upper)
    .slice(0, SHOWN);
}

function programHolder(
  snapshot: Diagnosis["snapshot"],
  of: { readonly comm: string; readonly group: readonly Process[]; readonly stack: Bytes },
): Holder {
  const threads = of.group.reduce((sum, process) => sum + (process.threads ?? 1), 0);
  const [largest] = [...of.group].sort((a, b) => (b.threads ?? 1) - (a.threads ?? 1));
  const bytes = threads * of.stack;
  return {
    kind: "process",
    comm: of.comm,
    ...(of.group.length === 1 && largest ? { pid: largest.pid } : {}),
    count: threads,
    bytes: { lower: bytes, upper: bytes },
    evidence: largest
      ? [
          quote(snapshot, largest, {
            text: `threads of ${of.group.length} processes ${of.comm}`,
            value: threads,
            unit: "count",
            formula: `× ${of.stack / KIB} KiB of stack each`,
          }),
        ]
      : [],
  };
}
