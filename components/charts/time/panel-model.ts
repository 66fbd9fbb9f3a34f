import { formatBytes } from "@/server/core/format-bytes";
import type { PanelSeries } from "@/server/core/series/history";
import { type Bytes, MIB } from "@/server/core/units";
import type { TimeSpan } from "./plot-geometry";
import { isLonely, leastWidth, type PlotRow, plotRows } from "./plot-rows";
import { type SeriesStats, statsOf } from "./series-stats";
import { shortName } from "./short-name";
import type { PlotShape } from "./time-plot";
import { summarizeOverTime } from "./time-summary";
import { formatAt } from "./zone-time";

export interface PanelLine {
  /** Unique in its panel, also where two lines have one name. */
  readonly id: string;
  readonly name: string;
  readonly shape: PlotShape;
  readonly series: PanelSeries;
  readonly stats: SeriesStats | undefined;
}

export interface PanelModel {
  readonly lines: readonly PanelLine[];
  readonly drawn: readonly PanelLine[];
  /** When anything of the panel was measured, ascending. */
  readonly times: readonly number[];
  readonly rows: readonly PlotRow[];
  readonly shapes: readonly PlotShape[];
  readonly top: Bytes;
}

const COLOURS = 6;
/** More than these cannot be told apart: the largest and those that grew most. */
const MOST_DRAWN = 8;
const LONGEST_NAME = 56;

export function panelLines(series: readonly PanelSeries[]): readonly PanelLine[] {
  return series.map((each, i) => {
    const sorted = { ...each, points: each.points.toSorted((a, b) => a.atMs - b.atMs) };
    const shape: PlotShape = {
      key: String(i),
      kind: "line",
      colour: `var(--series-${(i % COLOURS) + 1})`,
      ...(i % (2 * COLOURS) >= COLOURS ? { dash: "5 3" } : {}),
    };
    return {
      id: String(i),
      name: shortName(each.name, LONGEST_NAME),
      shape,
      series: sorted,
      stats: statsOf(sorted.points),
    };
  });
}

export function panelModel(
  lines: readonly PanelLine[],
  span: TimeSpan,
  stepMs: number,
  isolated: readonly string[],
): PanelModel {
  const drawn = drawnLines(lines, isolated);
  const times = [
    ...new Set(lines.flatMap(({ series }) => series.points.map(({ atMs }) => atMs))),
  ].toSorted((a, b) => a - b);
  const values = drawn.map(
    ({ series }) => new Map(series.points.map(({ atMs, bytes }) => [atMs, bytes])),
  );
  const rows = plotRows(times, stepMs, leastWidth(span), (i) =>
    values.map((of) => of.get(times[i] ?? Number.NaN) ?? null),
  );
  const top = Math.max(0, ...drawn.map(({ stats }) => stats?.max ?? 0)) * 1.04;
  const shapes = drawn.map(({ shape }, at) => ({
    ...shape,
    hasDots: rows.some((_, i) => isLonely((row) => rows[row]?.values[at], i)),
  }));
  return { lines, drawn, times, rows, shapes, top };
}

/** The isolated ones, or the largest and the fastest growing, in the order they came. */
function drawnLines(
  lines: readonly PanelLine[],
  isolated: readonly string[],
): readonly PanelLine[] {
  const chosen = lines.filter(({ id }) => isolated.includes(id));
  if (chosen.length > 0) return chosen.slice(0, 2 * COLOURS);
  const first = (by: (line: PanelLine) => number) =>
    lines.toSorted((a, b) => by(b) - by(a)).slice(0, MOST_DRAWN / 2);
  const largest = first(({ stats }) => stats?.last ?? 0);
  const growing = lines
    .filter((line) => !largest.includes(line))
    .toSorted((a, b) => (b.stats?.change ?? 0) - (a.stats?.change ?? 0));
  const wanted = new Set([...largest, ...growing].slice(0, MOST_DRAWN));
  return lines.filter((line) => wanted.has(line));
}

/** What moved in a panel, in one sentence; names stand as they are. Flat is less than a twentieth of its largest line. */
export function panelSummary(
  { lines, times, top }: PanelModel,
  span: TimeSpan,
  stepMs: number,
  zone: string,
): string {
  return summarizeOverTime({
    series: lines.map(({ name, series }) => ({ name, moments: series.points })),
    span,
    times,
    stepMs,
    zone,
    flatBelow: Math.max(MIB, top / 20),
  });
}

/** The three largest drawn lines at a moment, in words. */
export function spokenPanel({ drawn, times }: PanelModel, point: number, zone: string): string {
  const atMs = times[point] ?? Number.NaN;
  const words = drawn
    .flatMap(({ name, series }) => {
      const bytes = series.points.find((each) => each.atMs === atMs)?.bytes;
      return bytes === undefined ? [] : [{ name, bytes }];
    })
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(({ name, bytes }) => `${name} ${formatBytes(bytes)}`);
  return `${formatAt(atMs, zone)}: ${words.join(", ")}`;
}
