import { perfBuffers, traceBuffers } from "../../accounting/perf-buffers";
import { judgeHeld } from "../descriptor-rule";
import type { Rule } from "../rule";

/** Ring buffers of perf events and of the tracer: pages in no counter and charged to no cgroup. */
export const perfOrFtraceBuffers: Rule = {
  id: "perf-or-ftrace-buffers",
  title: "Buffers of perf or the kernel's tracer",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    const { snapshot } = diagnosis;
    const holdings = [...perfBuffers(snapshot), ...traceBuffers(snapshot)].sort(
      (a, b) => b.bytes.upper - a.bytes.upper,
    );
    const [largest] = holdings;
    if (!largest) return undefined;
    const isTracer = largest.pid === undefined;
    return judgeHeld(diagnosis, rest, {
      bucket: "allocpage",
      holdings,
      noun: isTracer ? "buffers of the kernel's tracer" : "ring buffers of perf events",
      confirm: [
        {
          command:
            "grep -H . /sys/kernel/tracing/buffer_total_size_kb /sys/kernel/tracing/instances/*/buffer_total_size_kb; grep -l perf_event /proc/[0-9]*/maps",
          proves: "Sizes of the tracer's buffers, and the processes that have perf rings mapped.",
          risk: "Reads only.",
          root: true,
        },
      ],
      fix: isTracer
        ? "Shrink it when tracing is over: write a smaller number to buffer_size_kb, remove instances that nobody reads."
        : "Give the profiler smaller buffers (perf record -m, fewer events per CPU), or end it when it is not needed.",
      fixRisk: "What is in the buffer is lost; a smaller one loses events sooner.",
    });
  },
};
