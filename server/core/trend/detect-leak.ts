import { type Bins, toBins } from "./bins";
import { etaOf } from "./eta";
import { blockMeans, isFlat } from "./flat";
import { judgeRun, type Run, type RunVerdict } from "./judge-run";
import { at } from "./order-statistics";
import { restartsOf } from "./restarts";
import { firstAt, readSamples, type Samples } from "./samples";
import type { Trend, TrendSeries } from "./trend";

const LEAST_SAMPLES = 24;
const LEAST_SPAN_S = 7_200;
const LEAST_BINS = 20;
const MOST_RESTARTS = 3;
/** A run between restarts counts from so many bins and such a share of the window on. */
const RUN_BINS = 12;
const RUN_SHARE = 0.15;

const INSUFFICIENT: Trend = { verdict: "insufficient", score: 0, slope: 0 };

/**
 * Does this series leak? Bytes over seconds against the capacity; never throws, bounded work after one pass over the
 * samples. What is measured and why the thresholds stand where they do: docs/detector.md.
 */
export function detectLeak(series: TrendSeries): Trend {
  return explainLeak(series).trend;
}

/** As detectLeak, with the features that decided; none where no model was asked. */
export function explainLeak(series: TrendSeries): {
  readonly trend: Trend;
  readonly features?: ReadonlyMap<string, number>;
} {
  if (!(series.capacity > 0 && Number.isFinite(series.capacity))) return { trend: INSUFFICIENT };
  const samples = readSamples(series);
  const count = samples.t.length;
  if (count < LEAST_SAMPLES || at(samples.t, count - 1) < LEAST_SPAN_S)
    return { trend: INSUFFICIENT };
  if (isFlat(blockMeans(samples))) return { trend: { verdict: "ok", score: 0, slope: 0 } };
  const bins = toBins(samples, 0, count);
  if (bins.x.length < LEAST_BINS) return { trend: INSUFFICIENT };
  const last = lastRunOf(samples, bins);
  const run = judgeRun(samples, last, last.from === 0 ? bins : toBins(samples, last.from, count));
  return { trend: toTrend(series, samples, run), features: run.features };
}

/** What lies behind the last restart, where that is enough; all where it is not. */
function lastRunOf({ t }: Samples, bins: Bins): Run {
  const cuts = restartsOf(bins);
  const last = cuts.at(-1);
  const whole = { from: 0, restarts: cuts.length };
  // What falls again and again is a sawtooth: its teeth are not judged one by one.
  if (last === undefined || cuts.length > MOST_RESTARTS) return whole;
  const slot = at(bins.slot, last);
  if (bins.slots - slot < Math.max(RUN_BINS, RUN_SHARE * bins.slots)) return whole;
  return { ...whole, from: firstAt(t, slot * bins.width), before: compareRuns(bins, cuts, last) };
}

/** The last run beside those before it: a tooth of a saw is neither longer nor higher than the others. */
function compareRuns({ slot, slots, mid }: Bins, cuts: readonly number[], last: number) {
  const borders = [0, ...cuts];
  const lengths = cuts.map((cut, i) => at(slot, cut) - at(slot, borders[i] ?? 0));
  const floor = Math.min(...mid);
  const top = Math.max(...mid.subarray(0, last)) - floor;
  return {
    length: (slots - at(slot, last)) / Math.max(...lengths),
    height: (Math.max(...mid.subarray(last)) - floor) / top,
  };
}

function toTrend(series: TrendSeries, samples: Samples, run: RunVerdict): Trend {
  const isLeak = run.score >= 1 && run.slope > 0;
  const isGrowing = isLeak || run.isGrowing;
  return {
    verdict: isLeak ? "leak" : isGrowing ? "growing" : "ok",
    score: run.score,
    slope: run.slope * series.capacity,
    ...(isGrowing && run.slope > 0 ? etaOf(samples, run) : {}),
    ...(isGrowing ? { since: samples.origin + run.since } : {}),
  };
}
