import type { Finding, Holder, NextStep } from "../report";
import type { Judgement } from "./judge";

const COLLECT: NextStep = {
  command: "curl -fsSL http://HOST/memledger.sh | sudo sh",
  proves:
    "Reads everything a verdict needs: two looks at the sockets, their holders, slab caches, per-CPU lists.",
  risk: "Reads only; about a second of CPU at lowest priority.",
  root: true,
};

const SEE_CALL_SITES: readonly NextStep[] = [
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

/** What to run next: never a kill or a drop_caches, only commands that prove or disprove. */
export function nextSteps({ verdict, findings }: Judgement): readonly NextStep[] {
  if (verdict.status === "healthy") return [];
  const fromFindings = findings
    .filter((finding) => finding.severity !== "info")
    .slice(0, 2)
    .flatMap(stepsFor);
  return unique([...fromFindings, ...stepsForVerdict(verdict)]);
}

function stepsForVerdict(verdict: Judgement["verdict"]): readonly NextStep[] {
  if (verdict.status === "inconsistent" || verdict.status === "insufficient") return [COLLECT];
  if (verdict.bucket === "allocpage") return [...SEE_CALL_SITES, COLLECT];
  return verdict.bucket === "slabUnreclaimable" ? [SLABTOP] : [];
}

const SLABTOP: NextStep = {
  command: "slabtop -o -s c | head -25",
  proves: "Which caches hold the slab now; run it again in ten minutes to see which one grows.",
  risk: "Takes slab locks for a moment; harmless at this rate.",
  root: true,
};

function stepsFor(finding: Finding): readonly NextStep[] {
  const holder = finding.holders.find((each) => each.pid !== undefined);
  if (finding.id.includes("slab") || finding.id === "kmalloc-leak") return [SLABTOP];
  return holder ? socketSteps(holder) : [];
}

function socketSteps(holder: Holder): readonly NextStep[] {
  const port = /:(\d{1,5})$/.exec(holder.local ?? "")?.[1];
  const filter = port ? ` 'sport = :${port}'` : "";
  return [
    {
      command: `ss -tnmpi${filter}`,
      proves:
        "Run twice, ten seconds apart: Recv-Q and bytes_received that do not move mean that nobody reads.",
      risk: "Reads only; walks all sockets once.",
      root: true,
    },
    {
      command: `grep -E 'State|Name' /proc/${holder.pid}/status; cat /proc/${holder.pid}/wchan; echo; cat /proc/${holder.pid}/stack`,
      proves: "Whether the process is stopped (T), blocked (D) or busy elsewhere.",
      risk: "Reads only.",
      root: true,
    },
  ];
}

function unique(steps: readonly NextStep[]): readonly NextStep[] {
  return [...new Map(steps.map((step) => [step.command, step])).values()];
}
