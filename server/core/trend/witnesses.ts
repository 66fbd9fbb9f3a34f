import { blockQuantiles, riseOf } from "./blocks";
import type { Curve } from "./curve";
import type { Drift } from "./drift";
import { growthOf, MATERIAL } from "./judge";
import { at } from "./order-statistics";
import type { RivalShapes } from "./rival-shapes";

/** What speaks for and against a leak in a curve, each clipped to the range in which more of it says more. */
export interface Witnesses {
  /** ln of the slope by what wandering alone would give. */
  readonly ratio: number;
  readonly efficiency: number;
  /** A third of Mann-Kendall's z. */
  readonly order: number;
  readonly explained: number;
  /** ln of the growth by the least that matters. */
  readonly growth: number;
  readonly step: number;
  readonly filling: number;
  readonly plateau: number;
  readonly hinge: number;
  readonly tail: number;
  readonly deceleration: number;
  readonly end: number;
  readonly concentration: number;
  /** Where the last of 12 block medians lies between the lowest (0) and the highest (1). */
  readonly place: number;
  /** Efficiency of the rise of 10 block floors. */
  readonly floor: number;
  /** Efficiency of the rise of 12 block medians. */
  readonly middle: number;
  /** 1 where the curve is what lies behind a hinge: that was looked for, and finds a growth more easily. */
  readonly behind: number;
  /** How much of the window that is. */
  readonly share: number;
}

/** @param share how much of its window the curve is; 1 unless it lies behind a hinge */
export function witnessesOf(
  { x, y }: Curve,
  drift: Drift,
  shapes: RivalShapes,
  share: number,
): Witnesses {
  const medians = blockQuantiles(x, y, 12, 0.5).y;
  const low = Math.min(...medians);
  const high = Math.max(...medians);
  const growth = Math.max(growthOf(drift), 1e-4);
  return {
    ratio: clip(Math.log(Math.max(drift.ratio, 1e-3)), -1, 3),
    efficiency: clip(drift.rise.efficiency, -0.2, 1),
    order: clip(drift.z, 0, 9) / 3,
    explained: clip(shapes.explained, 0, 1),
    growth: clip(Math.log(growth / MATERIAL), -1, 3),
    step: clip(shapes.step, -1, 2),
    filling: clip(shapes.filling, -1, 1),
    plateau: clip(shapes.plateau, -1, 0.2),
    hinge: clip(shapes.hinge, -1, 0.2),
    tail: clip(drift.tail, -0.5, 1.5),
    deceleration: clip(drift.deceleration, -0.5, 2),
    end: clip(drift.end, -0.5, 1),
    concentration: clip(drift.rise.concentration, 0, 1),
    place: clip((at(medians, medians.length - 1) - low) / Math.max(high - low, 1e-9), 0, 1),
    floor: clip(riseOf(blockQuantiles(x, y, 10, 0.1).y).efficiency, -0.2, 1),
    middle: clip(riseOf(medians).efficiency, -0.2, 1),
    behind: share < 1 ? 1 : 0,
    share,
  };
}

function clip(value: number, low: number, high: number): number {
  return Number.isNaN(value) ? low : Math.min(high, Math.max(low, value));
}
