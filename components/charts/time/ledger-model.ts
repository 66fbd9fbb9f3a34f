import { formatBytes } from "@/server/core/format-bytes";
import type { NodeHistory } from "@/server/core/series/history";
import { type Bytes, MIB } from "@/server/core/units";
import { type DisplayId, displayStyle, type LedgerView, visibleIds } from "./display-buckets";
import { type LedgerPoint, ledgerPoints, measuredIds, stackOf } from "./ledger-rows";
import type { TimeSpan } from "./plot-geometry";
import { leastWidth, type PlotRow, plotRows } from "./plot-rows";
import type { Moment } from "./series-stats";
import type { PlotShape } from "./time-plot";
import { summarizeOverTime } from "./time-summary";

/** Everything the picture of one history is drawn from. */
export interface LedgerModel {
  readonly span: TimeSpan;
  readonly points: readonly LedgerPoint[];
  readonly times: readonly number[];
  /** Drawn, bottom to top. */
  readonly ids: readonly DisplayId[];
  readonly rows: readonly PlotRow[];
  readonly shapes: readonly PlotShape[];
  readonly top: Bytes;
  /** What the scale on the left measures, in words. */
  readonly scale: string;
}

const SHAPE = { solid: "band", hatch: "hatched", outline: "open" } as const;

export function ledgerModel(
  history: NodeHistory,
  view: LedgerView,
  isolated: readonly string[],
): LedgerModel {
  const points = ledgerPoints(history.points);
  const times = points.map(({ atMs }) => atMs);
  const ids = measuredIds(points, visibleIds(view, isolated));
  const isWhole = view === "whole" && isolated.length === 0;
  const stacks = points.map((point) => stackOf(point, ids));
  const hasSockets = stacks.some(({ sockets }) => sockets !== null);
  const rows = plotRows(times, history.stepMs, leastWidth(history), (i) => {
    const stack = stacks[i];
    if (!stack) return [];
    const memTotal = isWhole ? [points[i]?.memTotal ?? null] : [];
    return [...stack.bands, ...(hasSockets ? [stack.sockets] : []), ...memTotal];
  });
  const highest = stacks.reduce((most, { top }) => Math.max(most, top), 0);
  const total = points.reduce((most, { memTotal }) => Math.max(most, memTotal), 0);
  return {
    span: { fromMs: history.fromMs, toMs: history.toMs },
    points,
    times,
    ids,
    rows,
    shapes: shapesOf(ids, hasSockets, isWhole),
    top: isWhole ? Math.max(highest, total) : highest * 1.04,
    scale: scaleWords(ids, isWhole, view, total),
  };
}

function shapesOf(ids: readonly DisplayId[], hasSockets: boolean, isWhole: boolean): PlotShape[] {
  const bands = ids.map((id): PlotShape => {
    const { colour, fill } = displayStyle(id);
    return { key: id, kind: SHAPE[fill], colour };
  });
  // Inside the unaccounted band and hatched like it: still memory that no counter of meminfo shows.
  const sockets: PlotShape = { key: "sockets", kind: "hatched", colour: "var(--bucket-sockets)" };
  const memTotal: PlotShape = { key: "memTotal", kind: "line", colour: "var(--control)" };
  return [...bands, ...(hasSockets ? [sockets] : []), ...(isWhole ? [memTotal] : [])];
}

function scaleWords(ids: readonly DisplayId[], isWhole: boolean, view: LedgerView, total: Bytes) {
  if (isWhole) return `All memory: the scale goes to MemTotal, ${formatBytes(total)}`;
  const what =
    ids.length === 1 && ids[0]
      ? displayStyle(ids[0]).label
      : view === "kernel"
        ? "Kernel memory, close up"
        : "The chosen buckets";
  return `${what}: a scale of its own, MemTotal is ${formatBytes(total)}`;
}

/** The values of one display bucket, where it was measured. */
export function momentsOf(points: readonly LedgerPoint[], id: DisplayId): readonly Moment[] {
  return points.flatMap(({ atMs, sizes }) => {
    const bytes = sizes[id];
    return bytes === undefined ? [] : [{ atMs, bytes }];
  });
}

function nameWithin(id: DisplayId): string {
  if (id === "unaccounted") return "unaccounted memory (allocpage)";
  if (id === "free") return "free memory";
  const { label } = displayStyle(id);
  return label.charAt(0).toLowerCase() + label.slice(1);
}

/** The picture in one sentence, and a second one for a MemTotal that changed. */
export function ledgerSummary(history: NodeHistory, model: LedgerModel, zone: string): string {
  const { points, times, ids, span } = model;
  const total = points.at(-1)?.memTotal ?? 0;
  const words = summarizeOverTime({
    series: ids.map((id) => ({
      name: nameWithin(id),
      moments: momentsOf(points, id),
      isCounterpart: id === "free",
    })),
    span,
    times,
    stepMs: history.stepMs,
    zone,
    flatBelow: Math.max(32 * MIB, total / 100),
  });
  const sentence = words.charAt(0).toUpperCase() + words.slice(1);
  const first = points[0]?.memTotal ?? total;
  if (first === total) return sentence;
  return `${sentence} MemTotal went from ${formatBytes(first)} to ${formatBytes(total)}.`;
}
