import { quote } from "../evidence";
import type { Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";
import type { SlabRow, SlabView } from "./slab";
import { cacheFamily, explainSlab, isCgroupCopy } from "./slab-glossary";

/** One cache with the copies that memory cgroups had of it before 5.9. Sizes in bytes. */
export interface SlabFamily {
  readonly name: string;
  readonly bytes: Bytes;
  /** The part that objects in use take; the rest are free objects in slabs that cannot be given back. */
  readonly used: Bytes;
  /** Absent where the source prints bytes only. */
  readonly objects?: number;
  readonly activeObjects?: number;
  /** How many of the rows belong to one memory cgroup. */
  readonly cgroupCopies: number;
  readonly reclaim: SlabRow["reclaim"];
  readonly subsystem: string;
  readonly explains?: string;
  readonly module?: string;
  readonly aliases?: readonly string[];
  readonly growth?: Bytes;
  /** The largest rows first. */
  readonly evidence: readonly Evidence[];
}

const QUOTED = 3;

/**
 * The caches of a snapshot, largest first: from slabinfo, slabtop or crash, else the list of unreclaimable
 * caches that an out-of-memory report prints (4.15+; bytes in use and in all, no counts of objects).
 */
export function slabFamilies(
  snapshot: Snapshot,
  view: SlabView | undefined,
): readonly SlabFamily[] {
  if (!view) return reportedCaches(snapshot);
  const groups = new Map<string, SlabRow[]>();
  for (const row of view.rows) {
    const name = cacheFamily(row.name);
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  return [...groups].map(([name, rows]) => familyOf(name, rows)).sort((a, b) => b.bytes - a.bytes);
}

function familyOf(name: string, rows: readonly SlabRow[]): SlabFamily {
  const [first] = rows;
  const sum = (of: (row: SlabRow) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  const hasGrowth = rows.some((row) => row.growth !== undefined);
  return {
    name,
    bytes: sum((row) => row.bytes),
    used: Math.round(sum((row) => row.bytes * row.fill)),
    objects: sum((row) => row.objects),
    activeObjects: sum((row) => row.activeObjects),
    cgroupCopies: rows.filter((row) => isCgroupCopy(row.name)).length,
    reclaim: first?.reclaim ?? "unknown",
    subsystem: first?.subsystem ?? "unknown",
    ...(first?.explains ? { explains: first.explains } : {}),
    ...(first?.module ? { module: first.module } : {}),
    ...(first?.aliases ? { aliases: first.aliases } : {}),
    ...(hasGrowth ? { growth: sum((row) => row.growth ?? 0) } : {}),
    evidence: rows.slice(0, QUOTED).map((row) => row.evidence),
  };
}

/** "Unreclaimable slab info:" of the last report that has it. Source: mm/slab_common.c, dump_unreclaimable_slab. */
function reportedCaches(snapshot: Snapshot): readonly SlabFamily[] {
  const log = snapshot.kernelLog;
  const report = log?.value.oom.findLast((each) => each.slabs.length > 0);
  if (!log || !report) return [];
  return report.slabs
    .map((slab) => ({
      name: slab.name,
      bytes: slab.total,
      used: Math.min(slab.used, slab.total),
      cgroupCopies: 0,
      reclaim: "unreclaimable" as const,
      ...withoutReclaim(slab.name),
      evidence: [
        quote(
          snapshot,
          { file: log.file, line: slab.line },
          { text: `${slab.name} in the memory report`, value: slab.total, unit: "bytes" },
        ),
      ],
    }))
    .sort((a, b) => b.bytes - a.bytes);
}

function withoutReclaim(name: string): Pick<SlabFamily, "subsystem" | "explains" | "module"> {
  const word = explainSlab(name);
  if (!word) return { subsystem: "unknown" };
  const { reclaim: _, ...rest } = word;
  return rest;
}
