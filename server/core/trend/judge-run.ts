import { toBins } from "./bins";
import { type Curve, curveOf, floorOf, tailOf } from "./curve";
import { type Drift, driftOf, slopeSpreadOf } from "./drift";
import { type Hinge, hingeOf } from "./hinge";
import { FLOOR, guardOf, HINGE, isGrowing, PLAIN, scoreOf } from "./judge";
import { at } from "./order-statistics";
import { isPlainlyFilling, type RivalShapes, rivalShapesOf } from "./rival-shapes";
import type { Samples } from "./samples";
import { weigh } from "./weigh";
import { witnessesOf } from "./witnesses";

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

/** A hinge is seen where it leaves over less than this of what a line does; weighing is content with less. */
const HINGE_MUST_LEAVE = 0.7;
const HINGE_WEIGHED = 0.9;
const LATEST_HINGE = 0.8;
/** Below this guard nothing is weighed: it saves most of the work on what does not grow. */
const LEAST_GUARD = 0.5;
/** Odds of e^0.9, as a score: less, and rules alone make no leak. */
const LEAST_WEIGHT = 0.587;
const LEAST_BEHIND = 12;
const FLOOR_BLOCKS = [20, 14, 10];
/** The score of a leak that something else explains. */
const ALMOST = 0.9;
/** From here on a curve that bends is looked at once more; a root has a deceleration of 0.79 there. */
const SETTLED_FROM = 0.4;
const STRAIGHT = 0.86;
/** Deviations of a deceleration by those of a slope. */
const DOUBT_OF_STRAIGHT = 6;

/** A curve as it is looked at: from `at` (share of the run) on. */
interface Look {
  readonly at: number;
  readonly curve: Curve;
  readonly drift: Drift;
  /** Rivals of the line; they cost as much as all else, and most curves are decided without. */
  readonly shapes: () => RivalShapes;
}

/** Judges the samples `from` to `to` (without) as a whole, and as a growth that begins or settles inside. */
export function judgeRun(samples: Samples, from: number, to: number): RunVerdict {
  const start = at(samples.t, from);
  const seconds = at(samples.t, to - 1) - start;
  const { look, score } = bestOf(lookAt(curveOf(toBins(samples, from, to)), 0));
  return {
    score,
    isGrowing: isGrowing(look.drift),
    slope: look.drift.slope / (seconds * (1 - look.at)),
    slopeSpread: slopeSpreadOf(look.drift) / (seconds * (1 - look.at)),
    since: start + look.at * seconds,
    seconds,
  };
}

interface Best {
  readonly look: Look;
  readonly score: number;
}

function bestOf(whole: Look): Best {
  const wholeScore = scoreOfWhole(whole);
  const hinge = hingeOf(whole.curve.x, whole.curve.y, LATEST_HINGE);
  const behind = hinge && behindOf(whole.curve, hinge);
  const isHinged = hinge !== undefined && hinge.leftOfLine < HINGE_MUST_LEAVE;
  // A growth that begins inside has the slope and the begin of what lies behind the hinge.
  if (wholeScore >= 1) return { look: (isHinged && behind) || whole, score: wholeScore };
  const behindScore = behind ? scoreOfBehind(behind, isHinged) : 0;
  if (behind && behindScore > wholeScore) return { look: behind, score: behindScore };
  const settled = settledOf(whole);
  if (settled && settled.score > wholeScore) return settled;
  return { look: whole, score: wholeScore };
}

function lookAt(curve: Curve, share: number): Look {
  let shapes: RivalShapes | undefined;
  return {
    at: share,
    curve,
    drift: driftOf(curve),
    shapes: () => {
      shapes ??= rivalShapesOf(curve.x, curve.y);
      return shapes;
    },
  };
}

function behindOf(curve: Curve, hinge: Hinge): Look | undefined {
  const isLong = curve.x.length - hinge.from >= LEAST_BEHIND;
  if (!isLong || hinge.leftOfLine >= HINGE_WEIGHED) return;
  return lookAt(tailOf(curve, hinge.from), hinge.at);
}

/** Rules and floor find what weighing misses; what it holds for unlikely they may not call a leak. */
function scoreOfWhole(look: Look): number {
  const guard = guardOf(look.drift);
  const rule = scoreOf(look.drift, PLAIN);
  // No witness outweighs the guard: without it there is nothing to look for.
  if (guard < LEAST_GUARD) return Math.min(rule, guard);
  const weighed = Math.min(guard, weightOf(look));
  if (weighed >= 1 || weighed < LEAST_WEIGHT) return unlessFilling(weighed, look.curve);
  return unlessFilling(Math.max(weighed, rule >= 1 ? rule : floorScore(look)), look.curve);
}

function scoreOfBehind(look: Look, isHinged: boolean): number {
  const guard = guardOf(look.drift);
  if (guard < LEAST_GUARD) return 0;
  const weighed = Math.min(guard, weightOf(look));
  const isRuled = isHinged && weighed < 1 && weighed >= LEAST_WEIGHT;
  return unlessFilling(
    isRuled ? Math.max(weighed, scoreOf(look.drift, HINGE)) : weighed,
    look.curve,
  );
}

function floorScore({ curve, drift }: Look): number {
  let best = 0;
  for (const count of FLOOR_BLOCKS) {
    best = Math.max(best, scoreOf({ ...driftOf(floorOf(curve, count)), z: drift.z }, FLOOR));
    if (best >= 1) break;
  }
  return best;
}

/** Below 1 where what fills up explains the curve plainly better than a line. */
function unlessFilling(score: number, { x, y }: Curve): number {
  return score >= 1 && isPlainlyFilling(x, y) ? ALMOST : score;
}

function weightOf({ curve, drift, shapes, at: share }: Look): number {
  return weigh(witnessesOf(curve, drift, shapes(), 1 - share));
}

/** A warm-up that has passed into a straight line: the last part is one, and measured well enough to tell it from a root. */
function settledOf({ curve, shapes }: Look): Best | undefined {
  if (curve.x.length < 2 * LEAST_BEHIND || shapes().filling > 0) return;
  const from = Math.round(SETTLED_FROM * curve.x.length);
  const look = lookAt(tailOf(curve, from), at(curve.x, from));
  const { ratio, deceleration } = look.drift;
  const straight = (deceleration - DOUBT_OF_STRAIGHT / Math.max(ratio, 1e-3)) / STRAIGHT;
  return { look, score: Math.max(0, Math.min(straight, scoreOf(look.drift, HINGE))) };
}
