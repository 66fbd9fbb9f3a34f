import type { ReconcilePart, ReconcileRow, ReconcileTool } from "@/server/core/report-reconcile";

interface ToolGroup {
  readonly tool: ReconcileTool;
  readonly rows: readonly ReconcileRow[];
}

/** The rows under their tool, in the order they come. */
export function groupByTool(rows: readonly ReconcileRow[]): readonly ToolGroup[] {
  const groups = new Map<ReconcileTool, ReconcileRow[]>();
  for (const row of rows) {
    const known = groups.get(row.tool);
    if (known) known.push(row);
    else groups.set(row.tool, [row]);
  }
  return [...groups].map(([tool, ofTool]) => ({ tool, rows: ofTool }));
}

const SHOWN = 4;

interface Parts {
  readonly shown: readonly ReconcilePart[];
  readonly rest: readonly ReconcilePart[];
}

/** Largest first; a single one beyond the limit is shown rather than hidden behind a line as long as itself. */
export function leadingParts(parts: readonly ReconcilePart[]): Parts {
  const sorted = [...parts].sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));
  const cut = sorted.length <= SHOWN + 1 ? sorted.length : SHOWN;
  return { shown: sorted.slice(0, cut), rest: sorted.slice(cut) };
}
