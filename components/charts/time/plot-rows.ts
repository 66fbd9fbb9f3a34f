import { runsOf } from "./gaps";
import type { TimeSpan } from "./plot-geometry";

/** What is drawn at a moment: a value of a line, a [lower, upper] of a band, or nothing. */
export type PlotValue = number | readonly [number, number] | null;

export interface PlotRow {
  /** Where it is drawn, ms. */
  readonly t: number;
  /** Which point it draws; -1 in a gap. */
  readonly point: number;
  readonly values: readonly PlotValue[];
}

/** About three pixels of a narrow screen. */
export function leastWidth({ fromMs, toMs }: TimeSpan): number {
  return (toMs - fromMs) / 120;
}

/**
 * Points → rows for the chart. Between two runs stands a row of nothing, which breaks every area and line. A point
 * without neighbours would have no width: it is drawn as wide as its slot, or as `leastWidth` (ms) where its slot is
 * too narrow to be seen and there is room.
 */
export function plotRows(
  times: readonly number[],
  stepMs: number,
  leastWidth: number,
  valuesAt: (point: number) => readonly PlotValue[],
): readonly PlotRow[] {
  const rows: PlotRow[] = [];
  const leastHalf = leastWidth / 2;
  for (const [first, last] of runsOf(times, stepMs)) {
    const before = rows.at(-1);
    const t = times[first] ?? 0;
    if (before) rows.push({ t: (before.t + t) / 2, point: -1, values: [] });
    if (first === last) {
      const values = valuesAt(first);
      const half = Math.max(stepMs / 2, Math.min(leastHalf, clearance(times, first)));
      rows.push({ t: t - half, point: first, values }, { t: t + half, point: first, values });
      continue;
    }
    for (let point = first; point <= last; point++)
      rows.push({ t: times[point] ?? 0, point, values: valuesAt(point) });
  }
  return rows;
}

/** A third of the way to the nearer neighbour: a gap stays a gap. */
function clearance(times: readonly number[], at: number): number {
  const t = times[at] ?? 0;
  const before = times[at - 1] ?? Number.NEGATIVE_INFINITY;
  const after = times[at + 1] ?? Number.POSITIVE_INFINITY;
  return Math.min(t - before, after - t) / 3;
}

/** A value of a line with nothing on either side. */
export function isLonely(valueAt: (row: number) => unknown, row: number): boolean {
  const isThere = (i: number) => typeof valueAt(i) === "number";
  return isThere(row) && !isThere(row - 1) && !isThere(row + 1);
}
