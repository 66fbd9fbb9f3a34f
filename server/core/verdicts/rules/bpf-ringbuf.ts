import { bpfMaps } from "../../accounting/bpf-memory";
import { judgeHeld } from "../descriptor-rule";
import type { Rule } from "../rule";

/** Ring buffers and arenas of BPF: pages of their own, mapped but not allocated by vmalloc, so in no counter. */
export const bpfRingbuf: Rule = {
  id: "bpf-ringbuf",
  title: "Ring buffers of BPF",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    const holdings = bpfMaps(diagnosis.snapshot).filter(({ bucket }) => bucket === "allocpage");
    if (holdings.length === 0) return undefined;
    return judgeHeld(diagnosis, rest, {
      bucket: "allocpage",
      holdings,
      noun: "ring buffers of BPF programs",
      confirm: [
        {
          command: "bpftool map show | grep -A2 -E 'ringbuf|arena'",
          proves: "max_entries of a ring buffer is its size in bytes; pids names who has it open.",
          risk: "Reads only.",
          root: true,
        },
      ],
      fix: "Give the agent a smaller ring buffer (max_entries), and look for one that opens a new one at each restart.",
      fixRisk: "A smaller buffer loses events sooner.",
    });
  },
};
