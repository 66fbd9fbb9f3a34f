import type { Bins } from "./bins";
import { at, median, medianDeviation } from "./order-statistics";

const DAY_S = 86_400;
const LEAST_SPAN_S = 2.5 * DAY_S;
const PHASES = 24;
/** What is left after the subtraction, by what was before: the pattern must earn its keep. */
const MOST_LEFT = 0.8;

/**
 * The pattern of the day, per bin: what to subtract. Undefined where the window is short or no such pattern is seen.
 * It is the median per hour of what stands above a mean over whole days, so that a trend does not enter it.
 */
export function dailyPattern({ slot, mid, slots, width }: Bins): Float64Array | undefined {
  if (slots * width < LEAST_SPAN_S) return undefined;
  const half = Math.round(DAY_S / width / 2);
  const dense = new Float64Array(slots).fill(Number.NaN);
  for (let i = 0; i < slot.length; i++) dense[at(slot, i)] = at(mid, i);
  const above = aboveDailyMean(dense, half);
  const perPhase = phaseMedians(above, width);
  const rest = above.filter((value) => !Number.isNaN(value));
  if (rest.length < 2 * half) return undefined;
  const left = above
    .map((value, i) => value - at(perPhase, phaseOf(i, width)))
    .filter((value) => !Number.isNaN(value));
  if (medianDeviation(left) > MOST_LEFT * medianDeviation(rest)) return undefined;
  return slot.map((each) => at(perPhase, phaseOf(each, width)));
}

function phaseOf(slot: number, width: number): number {
  return Math.floor((((slot + 0.5) * width) % DAY_S) / (DAY_S / PHASES));
}

/** Value minus the mean of the day around it, NaN where that day is not whole. */
function aboveDailyMean(dense: Float64Array, half: number): Float64Array {
  const above = new Float64Array(dense.length).fill(Number.NaN);
  for (let i = half; i + half < dense.length; i++) {
    let sum = (at(dense, i - half) + at(dense, i + half)) / 2;
    for (let k = i - half + 1; k < i + half; k++) sum += at(dense, k);
    above[i] = at(dense, i) - sum / (2 * half);
  }
  return above;
}

function phaseMedians(above: Float64Array, width: number): Float64Array {
  const groups: number[][] = Array.from({ length: PHASES }, () => []);
  above.forEach((value, i) => {
    if (!Number.isNaN(value)) groups[phaseOf(i, width)]?.push(value);
  });
  const medians = Float64Array.from(groups, (group) =>
    group.length === 0 ? 0 : median(Float64Array.from(group)),
  );
  const middle = medians.reduce((sum, value) => sum + value, 0) / PHASES;
  return medians.map((value) => value - middle);
}
