import type { ReconcileRow } from "../../report-reconcile";
import { spreadUnavailable, UNAVAILABLE_REASONS } from "./available";
import { minus, scale, spreadField, type ToolFacts } from "./spread";
import { inUse, toolRows } from "./tool-row";

/** coroot-node-agent multiplies the kB of meminfo, which are 1,024 bytes, by 1,000. */
const KB_READ_AS = 1000 / 1024;
const AGENT = "coroot-node-agent 1, node/memory_linux.go (commit 15e3563, kB × 1000)";
const SHRUNK = "every kB of meminfo is read as 1,000 bytes: 2.3 % less";

/** The node charts of Coroot. */
export function corootRows(facts: ToolFacts): readonly ReconcileRow[] {
  const shrunk = Object.fromEntries(facts.composition.buckets.map(({ id }) => [id, SHRUNK]));
  return [
    ...toolRows({
      tool: "coroot",
      label: "used (Memory usage)",
      source: `${AGENT}; coroot 1, auditor/node.go (commit c0b9a57)`,
      formula: "(MemTotal − MemFree − Cached) × 1000 ÷ 1024",
      counted: scale(
        minus(
          spreadField(facts, "MemTotal"),
          spreadField(facts, "MemFree"),
          spreadField(facts, "Cached"),
        ),
        KB_READ_AS,
      ),
      ours: inUse(facts),
      why: "Takes shared memory for cache, and block device cache and reclaimable slab for used memory; every size is 2.3 % too small.",
      reasons: {
        ...shrunk,
        shmem: "Cached contains shared memory and tmpfs, and Cached is taken off",
        buffers: "cache, but counted as used",
        slabReclaimable: "reclaimable, but counted as used",
        kernelMiscReclaimable: "reclaimable, but counted as used",
        pcp: "free pages on per-CPU lists are not in MemFree",
      },
    }),
    ...toolRows({
      tool: "coroot",
      label: "unreclaimable",
      source: `${AGENT}; coroot 1, auditor/memory.go (commit 9324e74)`,
      formula: "(MemTotal − MemAvailable) × 1000 ÷ 1024",
      counted: scale(spreadUnavailable(facts), KB_READ_AS),
      ours: inUse(facts),
      why: "Counts the kernel’s reserves and the cache it keeps back as used; every size is 2.3 % too small.",
      reasons: { ...shrunk, ...UNAVAILABLE_REASONS },
    }),
  ];
}
