import { at, median } from "./order-statistics";

/** So many points at most begin a pair, and end one: the number of slopes stays bounded. */
const MOST_STARTS = 48;
const MOST_ENDS = 64;

/** Median of the slopes between pairs of the points `from` to `to` (without); 0 of fewer than two. Theil 1950, Sen 1968. */
export function theilSen(x: Float64Array, y: Float64Array, from = 0, to = x.length): number {
  const count = to - from;
  if (count < 2) return 0;
  const startStep = Math.ceil(count / MOST_STARTS);
  const endStep = Math.ceil(count / MOST_ENDS);
  const slopes = new Float64Array(
    (Math.ceil(count / startStep) + 1) * (Math.ceil(count / endStep) + 1),
  );
  let pairs = 0;
  for (let i = from; i < to; i += startStep) {
    const xi = at(x, i);
    const yi = at(y, i);
    for (let j = i + endStep; j < to; j += endStep) {
      slopes[pairs++] = (at(y, j) - yi) / (at(x, j) - xi);
    }
  }
  return pairs === 0 ? 0 : median(slopes.subarray(0, pairs));
}

/** What a line of this slope leaves over, moved so that its median is 0. */
export function residualOf(x: Float64Array, y: Float64Array, slope: number): Float64Array {
  const rest = y.map((value, i) => value - slope * at(x, i));
  const middle = median(rest.slice());
  for (let i = 0; i < rest.length; i++) rest[i] = at(rest, i) - middle;
  return rest;
}
