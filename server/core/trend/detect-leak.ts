import { type Bins, toBins } from "./bins";
import { etaOf } from "./eta";
import { blockMeans, isFlat } from "./flat";
import { judgeRun, type RunVerdict } from "./judge-run";
import { at } from "./order-statistics";
import { restartsOf } from "./restarts";
import { readSamples, type Samples } from "./samples";
import type { Trend, TrendSeries } from "./trend";

const LEAST_SAMPLES = 24;
const LEAST_SPAN_S = 7_200;
const LEAST_BINS = 20;
const MOST_RESTARTS = 3;
/** A run between restarts counts from so many bins and such a share of the window on. */
const RUN_BINS = 12;
const RUN_SHARE = 0.15;
/** Share of the time in counted runs that must leak. */
const LEAKING_SHARE = 0.6;

const DAYS_S = 2.5 * 86_400;
const RHYTHM_S = 1.5 * 86_400;

const INSUFFICIENT: Trend = { verdict: "insufficient", score: 0, slope: 0 };

/**
 * Does this series leak? Bytes over seconds against the capacity; never throws, bounded work after one pass over the
 * samples. What is measured and why the thresholds stand where they do: docs/detector.md.
 */
export function detectLeak(series: TrendSeries): Trend {
  if (!(series.capacity > 0 && Number.isFinite(series.capacity))) return INSUFFICIENT;
  const samples = readSamples(series);
  const count = samples.t.length;
  if (count < LEAST_SAMPLES || at(samples.t, count - 1) < LEAST_SPAN_S) return INSUFFICIENT;
  if (isFlat(blockMeans(samples))) return { verdict: "ok", score: 0, slope: 0 };
  const bins = toBins(samples, 0, count);
  if (bins.x.length < LEAST_BINS) return INSUFFICIENT;
  const whole = judgeRun(samples, 0, count);
  const cuts = restartsOf(bins);
  if (cuts.length === 0 || cuts.length > MOST_RESTARTS || isRhythm(bins, cuts))
    return toTrend(series, samples, whole);
  const runs = runsBetween(samples, bins, cuts).map(([from, to]) => judgeRun(samples, from, to));
  const last = lastOf(runs);
  // What fell may have been a job that ended, and no restart: then the window as a whole rises none the less.
  return toTrend(series, samples, last && last.score > whole.score ? last : whole);
}

/** What falls again within a day and a half, in a window of days, is a daily job or a collector; a leak is what is not given back. */
function isRhythm({ slot, width, slots }: Bins, cuts: readonly number[]): boolean {
  if (cuts.length < 2 || slots * width < DAYS_S) return false;
  const apart = (at(slot, cuts.at(-1) ?? 0) - at(slot, cuts[0] ?? 0)) / (cuts.length - 1);
  return apart * width < RHYTHM_S;
}

/** Sample ranges between the cuts that are long enough to be judged. */
function runsBetween(
  samples: Samples,
  { slot, width, slots }: Bins,
  cuts: readonly number[],
): readonly (readonly [number, number])[] {
  const borders = cuts.map((cut) => at(slot, cut));
  const starts = [0, ...borders];
  const ends = [...borders, slots];
  return starts.flatMap((start, i) => {
    const end = ends[i] ?? slots;
    if (end - start < Math.max(RUN_BINS, RUN_SHARE * slots)) return [];
    const from = firstAt(samples.t, start * width);
    const to = i === ends.length - 1 ? samples.t.length : firstAt(samples.t, end * width);
    return to - from < LEAST_SAMPLES / 2 ? [] : [[from, to] as const];
  });
}

/** Index of the first sample at or behind `second`. */
function firstAt(t: Float64Array, second: number): number {
  let low = 0;
  let high = t.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(t, middle) < second) low = middle + 1;
    else high = middle;
  }
  return low;
}

function toTrend(series: TrendSeries, samples: Samples, run: RunVerdict): Trend {
  const isLeak = run.score >= 1;
  const isGrowing = isLeak || run.isGrowing;
  return {
    verdict: isLeak ? "leak" : isGrowing ? "growing" : "ok",
    score: run.score,
    slope: run.slope * series.capacity,
    ...(isGrowing && run.slope > 0 ? etaOf(samples, run) : {}),
    ...(isGrowing ? { since: samples.origin + run.since } : {}),
  };
}

/** The last run with a score that enough of the time in all runs reaches, too. */
function lastOf(runs: readonly RunVerdict[]): RunVerdict | undefined {
  const last = runs.at(-1);
  const total = runs.reduce((sum, run) => sum + run.seconds, 0);
  let covered = 0;
  for (const run of [...runs].sort((a, b) => b.score - a.score)) {
    covered += run.seconds;
    if (last && covered >= LEAKING_SHARE * total) {
      return { ...last, score: Math.min(run.score, last.score) };
    }
  }
  return last;
}
