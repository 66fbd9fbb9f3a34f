import type { NextStep } from "@/server/core/report";

/** A command and the source it reads: one that is proposed already is not proposed twice. */
interface OwnerCommand extends NextStep {
  readonly source: string;
}

/**
 * Ways to learn who took pages straight from the page allocator, cheapest first. Which of them
 * works depends on how the kernel was built, so each says what it needs.
 */
const OWNER_COMMANDS: readonly OwnerCommand[] = [
  {
    source: "allocinfo",
    command: "sort -rn /proc/allocinfo | head -40",
    proves: "Which line of kernel code holds how many bytes now (kernel 6.10 or later).",
    risk: "Reads one file. Needs CONFIG_MEM_ALLOC_PROFILING and vm.mem_profiling=1.",
    root: true,
  },
  {
    source: "page_owner",
    command: "cat /sys/kernel/debug/page_owner > page_owner.txt",
    proves: "The call stack that took each page, with its order.",
    risk: "Large file, minutes on a big node. Only when booted with page_owner=on.",
    root: true,
  },
  {
    source: "ss -",
    command: "ss -tuaxnmpi > ss.txt",
    proves: "Which sockets hold unread data, with pid and fd: what may pin pages of a driver.",
    risk: "None. Run it in each network namespace: containers have their own.",
    root: true,
  },
  {
    source: "kmem:mm_page_alloc",
    command:
      "perf record -a -g -e kmem:mm_page_alloc --filter 'order >= 2' -- sleep 10 && perf script > pages.txt",
    proves: "Who takes large blocks right now; compare with what is freed again.",
    risk: "Costs CPU while it runs; ten seconds are enough.",
    root: true,
  },
];

/** The steps of the report, then those of the list whose source no step reads yet. */
export function stepsToOwners(steps: readonly NextStep[]): readonly NextStep[] {
  const isNew = ({ source }: OwnerCommand) =>
    !steps.some(({ command }) => command.includes(source));
  return [...steps, ...OWNER_COMMANDS.filter(isNew)];
}
