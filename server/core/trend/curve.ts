import type { Bins } from "./bins";
import { blockQuantiles } from "./blocks";
import { at } from "./order-statistics";
import { dailyPattern } from "./season";

/** A curve over a window: `x` as a share of the window, `slot` the same in whole slots of which the window has `slots`. */
export interface Curve {
  readonly slot: Float64Array;
  readonly slots: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** The floor of each slot, without the pattern of the day where there is one. */
export function curveOf(bins: Bins): Curve {
  const pattern = dailyPattern(bins);
  const y = pattern ? bins.low.map((value, i) => value - at(pattern, i)) : bins.low;
  return { slot: bins.slot, slots: bins.slots, x: bins.x, y };
}

export function floorOf({ x, y }: Curve, count: number): Curve {
  const floor = blockQuantiles(x, y, count, 0.1);
  return { slot: Float64Array.from(floor.x, (_, i) => i), slots: floor.x.length, ...floor };
}

/** The points from `from` on as a window of their own. */
export function tailOf({ slot, slots, x, y }: Curve, from: number): Curve {
  const first = at(slot, from);
  const left = slots - first;
  return {
    slot: slot.subarray(from).map((each) => each - first),
    slots: left,
    x: x.subarray(from).map((each) => (each * slots - first) / left),
    y: y.subarray(from),
  };
}
