import type { Bins } from "./bins";
import type { Curve, Drift } from "./drift";
import { type LeakFeatures, leakFeatures } from "./leak-features";
import { leakOdds } from "./leak-model";
import { at } from "./order-statistics";
import type { Samples } from "./samples";
import { dailyPattern } from "./season";

/** What is judged of a window. */
export interface Run {
  /** Index of its first sample; it goes on to the last of all. */
  readonly from: number;
  /** Restarts in the whole window. */
  readonly restarts: number;
  /** Its length and its height by those of the longest and the highest run before it. */
  readonly before?: { readonly length: number; readonly height: number };
}

/** A run without restarts, judged. Times are seconds since the first sample of the series. */
export interface RunVerdict {
  readonly score: number;
  readonly isGrowing: boolean;
  /** Share of the capacity per second, and one standard deviation of it. */
  readonly slope: number;
  readonly slopeSpread: number;
  readonly since: number;
  readonly features: LeakFeatures["values"];
}

/** Sum of squares that a hinge must leave over, by the line's, to be where the growth began. */
const HINGE_MUST_LEAVE = 0.7;
/** So much of the bend in the last third is taken for a doubt of the slope. */
const BEND = 0.8;
/** Share of the capacity that a growth must reach in the window to matter. */
const MATERIAL = 0.007;
const LEAST_Z = 1.6;
/** The score of what looks like a leak and is called none. */
const JUST_BELOW = 0.99;
/** So much of the longest run before it a run must last: until then it may be one more tooth of a saw. */
const TOOTH_LENGTH = 0.85;

/** Judges a run, whose slots are `bins`. */
export function judgeRun(samples: Samples, run: Run, bins: Bins): RunVerdict {
  const { from } = run;
  const curve = curveOf(bins);
  const features = leakFeatures(samples, run, curve);
  const start = at(samples.t, from);
  return {
    score: isTooth(run) ? Math.min(scoreOf(features), JUST_BELOW) : scoreOf(features),
    isGrowing: isMaterial(features.plain) && features.plain.z >= LEAST_Z,
    features: features.values,
    ...paceOf(features, start, at(samples.t, samples.t.length - 1) - start),
  };
}

function isTooth({ before }: Run): boolean {
  return before !== undefined && before.length < TOOTH_LENGTH;
}

/** 1 at the border to a leak, up to 2 above it. What does not matter is none, whatever its shape. */
function scoreOf({ values, plain, floor, hinge }: LeakFeatures): number {
  const matters = isMaterial(plain) || isMaterial(floor) || (hinge && isMaterial(hinge.behind));
  const score = 2 / (1 + Math.exp(-leakOdds(values)));
  return matters ? score : Math.min(score, JUST_BELOW);
}

/** Growth over the window that both the slope and the ends speak for. */
function isMaterial({ slope, rise }: Drift): boolean {
  return Math.min(slope, 1.6 * rise.net) >= MATERIAL;
}

/** A growth that begins inside the run has the slope and the begin of what lies behind the hinge. */
function paceOf({ plain, hinge }: LeakFeatures, start: number, seconds: number) {
  const isHinged = hinge !== undefined && hinge.leftOfLine < HINGE_MUST_LEAVE;
  const drift = isHinged ? hinge.behind : plain;
  const before = isHinged ? hinge.at * seconds : 0;
  return {
    slope: drift.slope / (seconds - before),
    slopeSpread:
      Math.hypot(drift.spread, BEND * (drift.tail - 1) * drift.slope) / (seconds - before),
    since: start + before,
  };
}

function curveOf(bins: Bins): Curve {
  const pattern = dailyPattern(bins);
  const y = pattern ? bins.low.map((value, i) => value - at(pattern, i)) : bins.low;
  return { slot: bins.slot, slots: bins.slots, x: bins.x, y };
}
