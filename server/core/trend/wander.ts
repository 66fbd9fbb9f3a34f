import { at } from "./order-statistics";

/** How a series moves without any trend: variances, the window being 1 long. */
export interface Wander {
  /** Of a random walk over the whole window. */
  readonly walk: number;
  /** Of what comes and goes. */
  readonly still: number;
}

const LAGS = 8;

/**
 * Fits the structure function of what a line left over, V(h) = mean (r(t + h) - r(t))², as still + walk · h for h from a
 * 24th to a quarter of the window. A line takes part of a walk's spread with it: V is divided by 1 - h for that.
 */
export function wanderOf(slot: Float64Array, residual: Float64Array, slots: number): Wander {
  const dense = new Float64Array(slots).fill(Number.NaN);
  for (let i = 0; i < slot.length; i++) dense[at(slot, i)] = at(residual, i);
  const first = Math.max(1, Math.round(slots / 24));
  const last = Math.max(first + 1, Math.round(slots / 4));
  const sums = { w: 0, h: 0, hh: 0, v: 0, hv: 0 };
  for (let k = 0; k < LAGS; k++) {
    const lag = Math.round(first + ((last - first) * k) / (LAGS - 1));
    const spread = meanSquareAtLag(dense, lag);
    if (Number.isNaN(spread)) continue;
    const h = lag / slots;
    const value = spread / (1 - h);
    const weight = 1 / (h * h);
    sums.w += weight;
    sums.h += weight * h;
    sums.hh += weight * h * h;
    sums.v += weight * value;
    sums.hv += weight * h * value;
  }
  return nonNegativeFit(sums);
}

function meanSquareAtLag(dense: Float64Array, lag: number): number {
  let sum = 0;
  let count = 0;
  for (let i = lag; i < dense.length; i++) {
    const step = at(dense, i) - at(dense, i - lag);
    if (Number.isNaN(step)) continue;
    sum += step * step;
    count++;
  }
  return sum / count;
}

function nonNegativeFit(sums: {
  readonly w: number;
  readonly h: number;
  readonly hh: number;
  readonly v: number;
  readonly hv: number;
}): Wander {
  if (sums.w === 0) return { walk: 0, still: 0 };
  const determinant = sums.w * sums.hh - sums.h * sums.h;
  const walk = (sums.w * sums.hv - sums.h * sums.v) / determinant;
  const still = (sums.v - walk * sums.h) / sums.w;
  if (!(walk > 0)) return { walk: 0, still: sums.v / sums.w };
  if (still < 0) return { walk: sums.hv / sums.hh, still: 0 };
  return { walk, still };
}
