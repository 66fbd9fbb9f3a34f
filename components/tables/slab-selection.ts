import type { SlabRow } from "@/server/core/accounting/slab";
import type { Bytes } from "@/server/core/units";

export const SLAB_SORTS = ["bytes", "growth", "objects", "objectSize", "fill", "name"] as const;
export type SlabSort = (typeof SLAB_SORTS)[number];

export const RECLAIM_FILTERS = ["all", "unreclaimable", "reclaimable", "unknown"] as const;
type ReclaimFilter = (typeof RECLAIM_FILTERS)[number];

export interface SlabSelection {
  readonly search?: string | undefined;
  readonly reclaim: ReclaimFilter;
  readonly sort: SlabSort;
}

export interface SelectedSlabs {
  readonly rows: readonly SlabRow[];
  /** Bytes of the rows that the filter let through. */
  readonly bytes: Bytes;
}

/**
 * The rows a reader asked for, in the order asked for. Text is looked for in the name, the
 * subsystem and the glossary sentence. Numbers sort largest first, names and fill smallest first:
 * an empty slab page is what one looks for under "fill".
 */
export function selectSlabs(rows: readonly SlabRow[], selection: SlabSelection): SelectedSlabs {
  const wanted = selection.search?.toLowerCase();
  const chosen = rows.filter(
    (row) =>
      (selection.reclaim === "all" || row.reclaim === selection.reclaim) &&
      (wanted === undefined || textOf(row).includes(wanted)),
  );
  const bytes = chosen.reduce((sum, row) => sum + row.bytes, 0);
  return { rows: chosen.sort(orderOf(selection.sort)), bytes };
}

function textOf(row: SlabRow): string {
  return `${row.name}\n${row.subsystem}\n${row.explains ?? ""}`.toLowerCase();
}

function orderOf(sort: SlabSort): (a: SlabRow, b: SlabRow) => number {
  switch (sort) {
    case "name":
      return (a, b) => a.name.localeCompare(b.name, "en");
    case "fill":
      return (a, b) => a.fill - b.fill || b.bytes - a.bytes;
    case "growth":
      // A cache without an earlier look did not "grow by 0": it comes last.
      return (a, b) => (b.growth ?? -Infinity) - (a.growth ?? -Infinity) || b.bytes - a.bytes;
    case "bytes":
    case "objects":
    case "objectSize":
      return (a, b) => b[sort] - a[sort] || a.name.localeCompare(b.name, "en");
  }
}
