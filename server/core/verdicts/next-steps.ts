import type { NextStep, Verdict } from "../report";
import { SLABTOP } from "./confirm";

const COLLECT: NextStep = {
  command: "curl -fsSL http://HOST/memledger.sh | sudo sh",
  proves:
    "Reads everything a verdict needs: two looks at the sockets, their holders, slab caches, per-CPU lists.",
  risk: "Reads only; about a second of CPU at lowest priority.",
  root: true,
};

const DEBUG_NODE: NextStep = {
  command:
    "oc debug node/NODE -- chroot /host sh -c 'cat /proc/meminfo /proc/vmstat /proc/zoneinfo /proc/slabinfo; ss -aemnip; ps auxww' > node.txt",
  proves: "Reads the node's own counters through the cluster: enough for a verdict.",
  risk: "Reads only; starts a debug pod on the node.",
  root: true,
};

export const SEE_CALL_SITES: readonly NextStep[] = [
  {
    command: "sort -rn /proc/allocinfo | head -20",
    proves:
      "Names the lines of kernel code that hold pages now (kernel 6.10+, when allocation profiling is on).",
    risk: "Reads only.",
    root: true,
  },
  {
    command: "cat /sys/kernel/debug/page_owner_stacks/show_stacks | head -200",
    proves: "Stacks of all live page allocations, when the kernel was booted with page_owner=on.",
    risk: "Reads only; takes seconds on large machines.",
    root: true,
  },
];

/** More than this many nobody runs at 3 a.m. */
const MOST = 6;

/** What to run next: never a kill or a drop_caches, only commands that prove or disprove. */
export function nextSteps(
  verdict: Verdict,
  confirm: readonly NextStep[],
  isClusterNode = false,
): readonly NextStep[] {
  if (verdict.status === "healthy") return [];
  const fromCluster = isClusterNode && verdict.status === "insufficient" ? [DEBUG_NODE] : [];
  return unique([...fromCluster, ...confirm, ...stepsForVerdict(verdict)]).slice(0, MOST);
}

function stepsForVerdict(verdict: Verdict): readonly NextStep[] {
  if (verdict.status === "inconsistent" || verdict.status === "insufficient") return [COLLECT];
  if (verdict.bucket === "allocpage") return [...SEE_CALL_SITES, COLLECT];
  return verdict.bucket === "slabUnreclaimable" ? [SLABTOP] : [];
}

function unique(steps: readonly NextStep[]): readonly NextStep[] {
  return [...new Map(steps.map((step) => [step.command, step])).values()];
}
