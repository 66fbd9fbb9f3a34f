import type { BucketId } from "../../report";
import type { ReconcileRow } from "../../report-reconcile";
import { shrinkableArc } from "./arc";
import { minus, ownBuckets, plus, type Spread, spreadField, type ToolFacts, total } from "./spread";
import { inUse, toolRows } from "./tool-row";

const SOURCE =
  "Netdata 2, src/collectors/proc.plugin/proc_meminfo.c (commit 11aafd4), chart system.ram";

/** The chart system.ram of Netdata: four dimensions that add up to MemTotal. */
export function netdataRows(facts: ToolFacts): readonly ReconcileRow[] {
  const field = (name: string) => spreadField(facts, name);
  const arc = shrinkableArc(facts);
  const reclaimable = field("KReclaimable") ?? field("SReclaimable");
  const cache = minus(plus(field("Cached"), reclaimable), field("Shmem"));
  const row = (
    label: string,
    formula: string,
    counted: Spread | undefined,
    ours: Spread,
    why: string,
  ) =>
    toolRows({
      tool: "netdata",
      label,
      source: SOURCE,
      formula,
      counted,
      ours,
      why,
      reasons: {
        pcp: "free pages on per-CPU lists are not in MemFree",
        allocpage: "Netdata takes the ZFS cache down to its least size for cache",
        kernelMiscReclaimable: "this kernel prints no KReclaimable",
      },
    });
  const own = (...ids: readonly BucketId[]) => ownBuckets(facts, ids);
  return [
    ...row(
      "used",
      "MemTotal − MemFree − (Cached + KReclaimable − Shmem) − Buffers − (ARC size − c_min)",
      notWrapped(minus(field("MemTotal"), field("MemFree"), cache, field("Buffers"), arc)),
      inUse(facts),
      "Nearly ours, but nothing in it tells processes from kernel memory.",
    ),
    ...row(
      "cached",
      "Cached + KReclaimable − Shmem + (ARC size − c_min)",
      plus(cache, arc),
      own("fileCache", "slabReclaimable", "kernelMiscReclaimable"),
      "Our three reclaimable buckets, and the ZFS cache that may shrink.",
    ),
    ...row("buffers", "Buffers", field("Buffers"), own("buffers"), "The same counter."),
    ...row(
      "free",
      "MemFree",
      field("MemFree"),
      own("free", "pcp"),
      "MemFree leaves out the free pages on per-CPU lists.",
    ),
  ];
}

/** Netdata subtracts unsigned: below zero, as in a container, it draws no number that means anything. */
function notWrapped(used: Spread | undefined): Spread | undefined {
  return used && total(used) >= 0 ? used : undefined;
}
