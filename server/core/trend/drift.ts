import { blockQuantiles, type Rise, riseOf } from "./blocks";
import { mannKendall } from "./mann-kendall";
import { at } from "./order-statistics";
import { residualOf, theilSen } from "./theil-sen";
import { wanderOf } from "./wander";

/** A curve over a window: `x` as a share of the window, `slot` the same in whole slots of which the window has `slots`. */
export interface Curve {
  readonly slot: Float64Array;
  readonly slots: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** What the ascent of a curve is judged by. Slopes and growth are shares of the capacity per window. */
export interface Drift {
  readonly slope: number;
  /** Mann-Kendall. */
  readonly z: number;
  /** Slope by the spread that wandering alone gives it over such a window. */
  readonly ratio: number;
  /** That spread. */
  readonly spread: number;
  readonly rise: Rise;
  /** Slope of the last third by the whole one's. */
  readonly tail: number;
  /** Slope of the second half by that of the first. */
  readonly deceleration: number;
  /** Slope of the last quarter by the steepest quarter's. */
  readonly end: number;
}

export function driftOf(curve: Curve): Drift {
  const { x, y, slot, slots } = curve;
  const n = x.length;
  const slope = theilSen(x, y);
  const residual = residualOf(x, y, slope);
  const wander = wanderOf(slot, residual, slots);
  const spread = Math.sqrt(wander.walk + wander.still);
  const part = (from: number, to: number) =>
    theilSen(x, y, Math.round(from * n), Math.round(to * n));
  const quarters = [0, 1, 2, 3].map((i) => part(i / 4, (i + 1) / 4));
  const steepest = Math.max(...quarters);
  const firstHalf = part(0, 0.5);
  return {
    slope,
    z: mannKendall(y, residual),
    ratio: slope / Math.max(spread, 1e-9),
    spread,
    rise: riseOf(blockQuantiles(x, y, n >= 36 ? 12 : n >= 24 ? 8 : 6, 0.25).y),
    tail: slope > 0 ? part(2 / 3, 1) / slope : 0,
    deceleration: firstHalf > 0 ? part(0.5, 1) / firstHalf : Number.POSITIVE_INFINITY,
    end: steepest > 0 ? at(quarters, 3) / steepest : 0,
  };
}
