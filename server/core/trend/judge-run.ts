import { type Bins, toBins } from "./bins";
import { blockQuantiles } from "./blocks";
import { type Curve, type Drift, driftOf } from "./drift";
import { hingeOf } from "./hinge";
import { FLOOR, HINGE, isGrowing, PLAIN, scoreOf } from "./judge";
import { at } from "./order-statistics";
import type { Samples } from "./samples";
import { dailyPattern } from "./season";

/** A run without restarts, judged. Times are seconds since the first sample of the series. */
export interface RunVerdict {
  readonly score: number;
  readonly isGrowing: boolean;
  /** Share of the capacity per second, and one standard deviation of it. */
  readonly slope: number;
  readonly slopeSpread: number;
  readonly since: number;
  readonly seconds: number;
}

const HINGE_MUST_LEAVE = 0.7;
const LATEST_HINGE = 0.8;
const FLOOR_BLOCKS = [20, 14, 10];

/** Judges the samples `from` to `to` (without) by the plain path, by their floor, and as a growth that begins inside. */
export function judgeRun(samples: Samples, from: number, to: number): RunVerdict {
  const start = at(samples.t, from);
  const seconds = at(samples.t, to - 1) - start;
  const bins = toBins(samples, from, to);
  const curve = curveOf(bins);
  const whole = driftOf(curve);
  const verdict = (drift: Drift, score: number, share: number): RunVerdict => ({
    score,
    isGrowing: isGrowing(drift),
    slope: drift.slope / (seconds * (1 - share)),
    slopeSpread: drift.spread / (seconds * (1 - share)),
    since: start + share * seconds,
    seconds,
  });
  let best = verdict(whole, scoreOf(whole, PLAIN), 0);
  const hinge = hingeOf(curve.x, curve.y, LATEST_HINGE);
  const isHinged = hinge !== undefined && hinge.leftOfLine < HINGE_MUST_LEAVE;
  // A growth that begins inside has the slope and the begin of what lies behind the hinge.
  if (best.score >= 1)
    return isHinged ? verdict(driftOf(tailOf(curve, hinge.from)), best.score, hinge.at) : best;
  for (const count of FLOOR_BLOCKS) {
    const floor = driftOf(floorOf(curve, count));
    const score = scoreOf({ ...floor, z: whole.z }, FLOOR);
    if (score > best.score) best = { ...best, score };
  }
  if (isHinged) {
    const behind = driftOf(tailOf(curve, hinge.from));
    const score = scoreOf(behind, HINGE);
    if (score > best.score) best = verdict(behind, score, hinge.at);
  }
  return best;
}

function curveOf(bins: Bins): Curve {
  const pattern = dailyPattern(bins);
  const y = pattern ? bins.low.map((value, i) => value - at(pattern, i)) : bins.low;
  return { slot: bins.slot, slots: bins.slots, x: bins.x, y };
}

function floorOf({ x, y }: Curve, count: number): Curve {
  const floor = blockQuantiles(x, y, count, 0.1);
  return { slot: Float64Array.from(floor.x, (_, i) => i), slots: floor.x.length, ...floor };
}

/** The points from `from` on as a window of their own. */
function tailOf({ slot, slots, x, y }: Curve, from: number): Curve {
  const first = at(slot, from);
  const left = slots - first;
  return {
    slot: slot.subarray(from).map((each) => each - first),
    slots: left,
    x: x.subarray(from).map((each) => (each * slots - first) / left),
    y: y.subarray(from),
  };
}
