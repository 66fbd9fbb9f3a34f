import { groupBy } from "@/server/core/group-by";
import type { ReconcilePart, ReconcileRow, ReconcileTool } from "@/server/core/report-reconcile";

interface ToolGroup {
  readonly tool: ReconcileTool;
  readonly rows: readonly ReconcileRow[];
}

/** The rows under their tool, in the order they come. */
export function groupByTool(rows: readonly ReconcileRow[]): readonly ToolGroup[] {
  return [...groupBy(rows, ({ tool }) => tool)].map(([tool, ofTool]) => ({ tool, rows: ofTool }));
}

/** The number each tool is best known for, and the others. */
export function splitLeading(rows: readonly ReconcileRow[]): {
  readonly leading: readonly ReconcileRow[];
  readonly others: readonly ReconcileRow[];
} {
  const known = (row: ReconcileRow) => LEADING[row.tool] ?? /^used/i;
  const leading = groupByTool(rows).map(
    ({ rows: ofTool }) => ofTool.findLast((row) => known(row).test(row.label)) ?? ofTool[0],
  );
  const first = new Set(leading);
  return {
    leading: rows.filter((row) => first.has(row)),
    others: rows.filter((row) => !first.has(row)),
  };
}

/** Where it is not the one called "used". */
const LEADING: Partial<Readonly<Record<ReconcileTool, RegExp>>> = {
  "grafana-1860": /^Apps/,
  "sysak-memgraph": /^allocPage/,
  htop: /^used \(the number\)/,
};

const SHOWN = 4;

interface Parts {
  readonly shown: readonly ReconcilePart[];
  readonly rest: readonly ReconcilePart[];
}

/** Largest first; a single one beyond the limit is shown rather than hidden behind a line as long as itself. */
export function leadingParts(parts: readonly ReconcilePart[]): Parts {
  const sorted = sortParts(parts);
  const cut = sorted.length <= SHOWN + 1 ? sorted.length : SHOWN;
  return { shown: sorted.slice(0, cut), rest: sorted.slice(cut) };
}

/** Largest first, whatever the sign. */
export function sortParts(parts: readonly ReconcilePart[]): readonly ReconcilePart[] {
  return [...parts].sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));
}
