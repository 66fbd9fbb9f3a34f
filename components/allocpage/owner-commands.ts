import type { NextStep } from "@/server/core/report";

/**
 * Ways to learn who took pages straight from the page allocator, cheapest first. Which of them
 * works depends on how the kernel was built, so each says what it needs.
 */
export const OWNER_COMMANDS: readonly NextStep[] = [
  {
    command: "sort -g /proc/allocinfo | tail -40",
    proves: "Which line of kernel code holds how many bytes now (kernel 6.10 or later).",
    risk: "Reads one file. Needs CONFIG_MEM_ALLOC_PROFILING and vm.mem_profiling=1.",
    root: true,
  },
  {
    command: "cat /sys/kernel/debug/page_owner > page_owner.txt",
    proves: "The call stack that took each page, with its order.",
    risk: "Large file, minutes on a big node. Only when booted with page_owner=on.",
    root: true,
  },
  {
    command: "ss -tuaxnmpi > ss.txt",
    proves: "Which sockets hold unread data, with pid and fd: what may pin pages of a driver.",
    risk: "None. Run it in each network namespace: containers have their own.",
    root: true,
  },
  {
    command:
      "perf record -a -g -e kmem:mm_page_alloc --filter 'order >= 2' -- sleep 10 && perf script > pages.txt",
    proves: "Who takes large blocks right now; compare with what is freed again.",
    risk: "Costs CPU while it runs; ten seconds are enough.",
    root: true,
  },
];
