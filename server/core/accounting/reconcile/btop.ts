import type { ReconcileRow } from "../../report-reconcile";
import { shrinkableArc, wholeArc } from "./arc";
import { spreadAvailable, UNAVAILABLE_REASONS } from "./available";
import { minus, ownBuckets, plus, spreadField, type ToolFacts } from "./spread";
import { inUse, toBeHad, toolRows } from "./tool-row";

const SOURCE = "btop 1, src/linux/btop_collect.cpp (Mem::collect), zfs_arc_cached on";

/** The memory box of btop. */
export function btopRows(facts: ToolFacts): readonly ReconcileRow[] {
  const available = plus(spreadAvailable(facts), shrinkableArc(facts));
  const reasons = {
    ...UNAVAILABLE_REASONS,
    allocpage: "btop takes the ZFS cache down to its least size for available",
  };
  return [
    ...toolRows({
      tool: "btop",
      label: "Used",
      source: SOURCE,
      formula: "MemTotal − (MemAvailable + ARC size − c_min)",
      counted: minus(spreadField(facts, "MemTotal"), available),
      ours: inUse(facts),
      why: "Counts the kernel’s reserves and the cache it keeps back as used.",
      reasons,
    }),
    ...toolRows({
      tool: "btop",
      label: "Available",
      source: SOURCE,
      formula: "MemAvailable + (ARC size − c_min)",
      counted: available,
      ours: toBeHad(facts),
      why: "The kernel’s estimate, and the ZFS cache that may shrink.",
      reasons,
    }),
    ...toolRows({
      tool: "btop",
      label: "Cached",
      source: SOURCE,
      formula: "Cached + ARC size",
      counted: plus(spreadField(facts, "Cached"), wholeArc(facts)),
      ours: ownBuckets(facts, ["fileCache"]),
      why: "Contains shared memory and tmpfs, and the whole ZFS cache.",
      reasons: {
        shmem: "Cached contains shared memory and tmpfs",
        allocpage: "the ZFS cache, which the kernel counts nowhere",
      },
    }),
  ];
}
