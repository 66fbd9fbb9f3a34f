import type { Bins } from "./bins";
import { at, medianDeviation, quantile } from "./order-statistics";

/** Share of the capacity that a fall must have at least. */
const LEAST_FALL = 0.004;
const STAYS_DOWN = 3;
/** Slots over which the level before was held: the end of a spike is no restart. */
const HELD = 4;

/** Places in `bins` where the level falls and stays down: the process, or the machine, began anew there. */
export function restartsOf({ mid }: Bins): readonly number[] {
  const steps = new Float64Array(mid.length - 1);
  for (let i = 0; i < steps.length; i++) steps[i] = at(mid, i + 1) - at(mid, i);
  const range = quantile(mid.slice(), 0.98) - quantile(mid.slice(), 0.02);
  const least = Math.max(0.35 * range, 6 * medianDeviation(steps), LEAST_FALL);
  const cuts: number[] = [];
  for (let i = 1; i < mid.length; i++) {
    // A restart may fall inside a slot: one slot of transition is looked over.
    const before = Math.max(heldUntil(mid, i), heldUntil(mid, i - 1));
    const isNear = cuts.length > 0 && i - (cuts.at(-1) ?? 0) < STAYS_DOWN;
    if (!isNear && staysBelow(mid, i, before - least)) cuts.push(i);
  }
  return cuts;
}

/** What the slots before `end` have held all the time; nothing where there are too few. */
function heldUntil(mid: Float64Array, end: number): number {
  if (end < 1) return Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  for (let i = Math.max(0, end - HELD); i < end; i++) least = Math.min(least, at(mid, i));
  return least;
}

function staysBelow(mid: Float64Array, from: number, level: number): boolean {
  const to = Math.min(mid.length, from + STAYS_DOWN);
  for (let i = from; i < to; i++) if (at(mid, i) > level) return false;
  return to - from === STAYS_DOWN;
}
