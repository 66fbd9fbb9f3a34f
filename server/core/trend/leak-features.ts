import { type Curve, driftOf } from "./drift";
import { type Hinge, hingeOf } from "./hinge";
import type { Run } from "./judge-run";
import { at, quantile } from "./order-statistics";
import { firstAt, type Samples, thin } from "./samples";

/** Blocks of the floor, and the quantile of the samples that makes it: teeth and spikes stand on it. */
const FLOOR_BLOCKS = 16;
const FLOOR_QUANTILE = 0.03;
/** The later part that is looked at alone: what grows after a warm-up still grows there. */
const LATER_FROM = 0.35;
const LATEST_HINGE = 0.8;
/** Fewer points behind a hinge say nothing of their own. */
const LEAST_BEHIND = 8;
const LARGEST = 99;
/** Of a block with more samples so many are read, evenly spread: the work per series is bounded. */
const MOST_PER_BLOCK = 192;

/** What a run is judged by: how it ascends as a whole, on its floor, in its later part and behind its best hinge. */
export interface LeakFeatures {
  /** `plain.efficiency`, `floor.slope` …; what cannot be said is absent. */
  readonly values: ReadonlyMap<string, number>;
  readonly plain: ReturnType<typeof driftOf>;
  readonly floor: ReturnType<typeof driftOf>;
  readonly hinge?: Hinge & { readonly behind: ReturnType<typeof driftOf> };
}

/** Features of a run, which `curve` shows in slots. Sizes are shares of the capacity. */
export function leakFeatures(samples: Samples, run: Run, curve: Curve): LeakFeatures {
  const values = new Map([["run.restarts", run.restarts]]);
  for (const [key, value] of Object.entries(run.before ?? {}))
    values.set(`run.${key}`, bounded(value));
  const plain = addDrift(values, "plain", curve);
  const floor = addDrift(values, "floor", floorOf(samples, run.from));
  addDrift(values, "later", partFrom(curve, Math.round(curve.x.length * LATER_FROM)));
  const hinge = hingeOf(curve.x, curve.y, LATEST_HINGE);
  if (!hinge) return { values, plain, floor };
  values.set("hinge.left", hinge.leftOfLine);
  values.set("hinge.at", hinge.at);
  if (curve.x.length - hinge.from < LEAST_BEHIND) return { values, plain, floor };
  const behind = addDrift(values, "behind", partFrom(curve, hinge.from));
  return { values, plain, floor, hinge: { ...hinge, behind } };
}

/** Beyond this it makes no difference, and the endless has no form in JSON. */
function bounded(value: number): number {
  return Math.min(LARGEST, Math.max(-LARGEST, value));
}

function addDrift(values: Map<string, number>, name: string, curve: Curve) {
  const drift = driftOf(curve);
  const { rise } = drift;
  const all = {
    efficiency: rise.efficiency,
    net: rise.net,
    concentration: rise.concentration,
    tail: drift.tail,
    deceleration: drift.deceleration,
    end: drift.end,
    z: drift.z,
    ratio: drift.ratio,
    slope: drift.slope,
    fit: fitOf(curve),
  };
  for (const [key, value] of Object.entries(all))
    if (!Number.isNaN(value)) values.set(`${name}.${key}`, bounded(value));
  return drift;
}

function floorOf({ t, y }: Samples, from: number): Curve {
  const start = at(t, from);
  const span = at(t, t.length - 1) - start;
  const floor = { x: new Float64Array(FLOOR_BLOCKS), y: new Float64Array(FLOOR_BLOCKS) };
  let filled = 0;
  for (let first = from, block = 1; block <= FLOOR_BLOCKS; block++) {
    const end = firstAt(
      t,
      block === FLOOR_BLOCKS ? Infinity : start + (block / FLOOR_BLOCKS) * span,
    );
    if (end <= first) continue;
    floor.x[filled] = ((at(t, first) + at(t, end - 1)) / 2 - start) / span;
    floor.y[filled] = quantile(thin(y, first, end, MOST_PER_BLOCK), FLOOR_QUANTILE);
    filled++;
    first = end;
  }
  const [x, levels] = [floor.x.subarray(0, filled), floor.y.subarray(0, filled)];
  return { slot: Float64Array.from(x, (_, i) => i), slots: filled, x, y: levels };
}

/** The points from `from` on as a window of their own. */
function partFrom({ slot, slots, x, y }: Curve, from: number): Curve {
  const first = at(slot, from);
  const left = slots - first;
  return {
    slot: slot.subarray(from).map((each) => each - first),
    slots: left,
    x: x.subarray(from).map((each) => (each * slots - first) / left),
    y: y.subarray(from),
  };
}

/** R² of the least-squares line, negative where it falls. */
function fitOf({ x, y }: Curve): number {
  const n = x.length;
  let [sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [xi, yi] = [at(x, i), at(y, i)];
    sx += xi;
    sy += yi;
    sxx += xi * xi;
    sxy += xi * yi;
    syy += yi * yi;
  }
  const [vx, vxy, vy] = [sxx - (sx * sx) / n, sxy - (sx * sy) / n, syy - (sy * sy) / n];
  return vx > 0 && vy > 0 ? (Math.sign(vxy) * vxy * vxy) / (vx * vy) : 0;
}
