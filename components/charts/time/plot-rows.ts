import { runsOf } from "./gaps";

/** What is drawn at a moment: a value of a line, a [lower, upper] of a band, or nothing. */
export type PlotValue = number | readonly [number, number] | null;

export interface PlotRow {
  /** Where it is drawn, ms. */
  readonly t: number;
  /** Which point it draws; -1 in a gap. */
  readonly point: number;
  readonly values: readonly PlotValue[];
}

/**
 * Points → rows for the chart. Between two runs stands a row of nothing, which breaks every area and line. A point
 * without neighbours would have no width: it is drawn as wide as its slot.
 */
export function plotRows(
  times: readonly number[],
  stepMs: number,
  valuesAt: (point: number) => readonly PlotValue[],
): readonly PlotRow[] {
  const rows: PlotRow[] = [];
  for (const [first, last] of runsOf(times, stepMs)) {
    const before = rows.at(-1);
    if (before) rows.push({ t: (before.t + (times[first] ?? 0)) / 2, point: -1, values: [] });
    if (first === last) {
      const t = times[first] ?? 0;
      const values = valuesAt(first);
      const half = stepMs / 2;
      rows.push({ t: t - half, point: first, values }, { t: t + half, point: first, values });
      continue;
    }
    for (let point = first; point <= last; point++)
      rows.push({ t: times[point] ?? 0, point, values: valuesAt(point) });
  }
  return rows;
}

/** A value of a line with nothing on either side. */
export function isLonely(valueAt: (row: number) => unknown, row: number): boolean {
  const isThere = (i: number) => typeof valueAt(i) === "number";
  return isThere(row) && !isThere(row - 1) && !isThere(row + 1);
}
