import { median } from "../median";
import type { Bytes } from "../units";
import { detectLeak } from "./detect-leak";
import type { Trend } from "./trend";
import type { WatchedSeries } from "./watched-series";

/** Days that are looked at side by side: a fast leak shows in one, a slow one only in seven. */
const WINDOW_DAYS = [1, 3, 7] as const;
export type WindowDays = (typeof WINDOW_DAYS)[number];

/** One value per slot; seconds since 1970, ascending, and bytes. */
export interface Slots {
  readonly t: ArrayLike<number>;
  readonly v: ArrayLike<number>;
}

/** What a series did in the window that shows it best. */
export interface WindowedTrend {
  readonly series: WatchedSeries;
  readonly trend: Trend;
  readonly days: WindowDays;
  readonly slots: number;
  /** Of the first and the last slot used, ms since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Level at the begin of the growth and at the end. */
  readonly startBytes: Bytes;
  readonly endBytes: Bytes;
  /** What each window said. */
  readonly windows: readonly { readonly days: WindowDays; readonly verdict: Trend["verdict"] }[];
}

interface WindowedInput {
  readonly series: WatchedSeries;
  /** The series by window; a window may be left out. */
  readonly slots: ReadonlyMap<WindowDays, Slots>;
  readonly capacity: Bytes;
  /** What lies before is of another boot or of its first minutes. */
  readonly notBeforeMs: number;
}

const DAY_S = 86_400;
/** A longer window must hold so much more than the shorter one's days, else it is the same data again. */
const WORTH_A_LOOK = 1.25;
/** Share of the slots that make a level. */
const LEVEL_SHARE = 0.05;
const ORDER = { leak: 3, growing: 2, ok: 1, insufficient: 0 } as const;

/** The strongest of what the windows of a series say; undefined where there is no slot at all. */
export function judgeWindows(input: WindowedInput): WindowedTrend | undefined {
  const judged = WINDOW_DAYS.flatMap((days, index) => {
    const slots = cutBefore(input.slots.get(days), input.notBeforeMs / 1_000);
    const shorter = WINDOW_DAYS[index - 1];
    if (!slots || (shorter && spanOf(slots) < shorter * DAY_S * WORTH_A_LOOK)) return [];
    return [{ days, slots, trend: detectLeak({ ...slots, capacity: input.capacity }) }];
  });
  const [best] = [...judged].sort(
    (a, b) =>
      // A longer window that says the same knows better since when.
      ORDER[b.trend.verdict] - ORDER[a.trend.verdict] || b.days - a.days,
  );
  if (!best) return undefined;
  const { t, v } = best.slots;
  return {
    series: input.series,
    trend: best.trend,
    days: best.days,
    slots: t.length,
    fromMs: (t[0] ?? 0) * 1_000,
    toMs: (t[t.length - 1] ?? 0) * 1_000,
    ...levels(t, v, best.trend.since),
    windows: judged.map(({ days, trend }) => ({ days, verdict: trend.verdict })),
  };
}

function cutBefore(slots: Slots | undefined, second: number): Slots | undefined {
  if (!slots) return undefined;
  const { t, v } = slots;
  let first = 0;
  while (first < t.length && (t[first] ?? 0) < second) first++;
  if (first === t.length) return undefined;
  if (first === 0) return slots;
  return { t: Array.from(t).slice(first), v: Array.from(v).slice(first) };
}

function spanOf({ t }: Slots): number {
  return (t[t.length - 1] ?? 0) - (t[0] ?? 0);
}

function levels(t: ArrayLike<number>, v: ArrayLike<number>, since: number | undefined) {
  let first = 0;
  while (since !== undefined && first < t.length - 1 && (t[first] ?? 0) < since) first++;
  const count = Math.max(1, Math.round((t.length - first) * LEVEL_SHARE));
  const values = Array.from(v);
  return {
    startBytes: median(values.slice(first, first + count)),
    endBytes: median(values.slice(-count)),
  };
}
