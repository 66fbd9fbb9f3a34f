import type { ReconcileRow } from "../../report-reconcile";
import { shrinkableArc } from "./arc";
import { spreadUnavailable, UNAVAILABLE_REASONS } from "./available";
import { ownBuckets, plus, spreadField, type ToolFacts } from "./spread";
import { inUse, toolRows } from "./tool-row";

const SOURCE = "Glances 4, plugins/mem (commit 0fa9eef); psutil, _pslinux.py (virtual_memory)";

/**
 * The MEM box of Glances. Its "free" is psutil's available: the code that would add buffers and cache
 * to it asks a dictionary for attributes and never runs.
 */
export function glancesRows(facts: ToolFacts): readonly ReconcileRow[] {
  return [
    ...toolRows({
      tool: "glances",
      label: "used",
      source: SOURCE,
      formula: "MemTotal − MemAvailable",
      counted: spreadUnavailable(facts),
      ours: inUse(facts),
      why: "Counts the kernel’s reserves and the cache it keeps back as used.",
      reasons: UNAVAILABLE_REASONS,
    }),
    ...toolRows({
      tool: "glances",
      label: "cached",
      source: SOURCE,
      formula: "Cached + SReclaimable + (ARC size − c_min)",
      counted: plus(
        spreadField(facts, "Cached"),
        spreadField(facts, "SReclaimable"),
        shrinkableArc(facts),
      ),
      ours: ownBuckets(facts, ["fileCache", "slabReclaimable", "kernelMiscReclaimable"]),
      why: "Contains shared memory and tmpfs.",
      reasons: {
        shmem: "Cached contains shared memory and tmpfs",
        kernelMiscReclaimable: "reclaimable, but not in SReclaimable",
        allocpage: "the part of the ZFS cache that may shrink",
      },
    }),
  ];
}
