import type { Bytes } from "../units";
import { MIB } from "../units";
import { nextStreak, type Streak } from "./streak";
import { WATCHED_SERIES, type WatchedSeries } from "./watched-series";
import { judgeWindows, type Slots, type WindowDays, type WindowedTrend } from "./windowed-trend";

export type Streaks = Readonly<Partial<Record<WatchedSeries, Streak>>>;

interface TrendInput {
  readonly nowMs: number;
  readonly memTotal: Bytes;
  /** MemAvailable of the newest sample. */
  readonly available?: Bytes;
  readonly slots: ReadonlyMap<WatchedSeries, ReadonlyMap<WindowDays, Slots>>;
  /** When the node was booted; its series begin anew. */
  readonly bootMs?: number;
  /** Restarts and deploys: what grows right after one is warming up. */
  readonly markersMs: readonly number[];
  readonly streaks: Streaks;
}

interface TrendRound {
  readonly trends: readonly WindowedTrend[];
  readonly streaks: Streaks;
}

/** Caches, pools and queues of a program that was started fill within about this time. */
const WARM_UP_MS = 30 * 60_000;
const TIME_CONSTANTS = 5;

/**
 * One round over the series of a node: what each does, and how many times in a row it was a leak. The first
 * half hour after a boot is no part of any series; no leak is taken for one within five such times of a
 * restart.
 */
export function judgeTrends(input: TrendInput): TrendRound {
  const { nowMs, memTotal, bootMs } = input;
  const notBeforeMs = bootMs === undefined ? 0 : bootMs + WARM_UP_MS;
  const trends = WATCHED_SERIES.flatMap((series) => {
    const slots = input.slots.get(series);
    const judged = slots && judgeWindows({ series, slots, capacity: memTotal, notBeforeMs });
    return judged ? [judged] : [];
  });
  const isMuted = [...input.markersMs, ...(bootMs === undefined ? [] : [bootMs])].some(
    (marker) => marker <= nowMs && nowMs - marker < TIME_CONSTANTS * WARM_UP_MS,
  );
  const streaks: Partial<Record<WatchedSeries, Streak>> = {};
  for (const { series, trend } of trends) {
    const verdict = isMuted && trend.verdict === "leak" ? "growing" : trend.verdict;
    const streak = nextStreak(input.streaks[series], verdict, nowMs);
    if (streak) streaks[series] = streak;
  }
  return { trends, streaks };
}

const SOON_SECONDS = 72 * 3_600;
const LARGEST_FLOOR = 512 * MIB;
const SMALLEST_FLOOR = 64 * MIB;
const FLOOR_SHARE = 0.03;

/**
 * Large enough to be worth a word: 3 % of MemTotal, between 64 and 512 MiB, or less where the node is full within
 * three days. A leak of some MiB a week is true and no matter.
 */
export function isMaterial(
  { trend, startBytes, endBytes }: WindowedTrend,
  { memTotal, available }: { readonly memTotal: Bytes; readonly available?: Bytes },
): boolean {
  const floor = Math.min(LARGEST_FLOOR, Math.max(SMALLEST_FLOOR, memTotal * FLOOR_SHARE));
  const grown = endBytes - startBytes;
  if (grown >= floor) return true;
  const isSoon = available !== undefined && trend.slope * SOON_SECONDS > available;
  return isSoon && grown >= Math.min(SMALLEST_FLOOR, floor);
}
