import { at, quantile } from "./order-statistics";

/** Quantile `p` of each of `count` blocks of equal length in time; blocks without a point are left out. */
export function blockQuantiles(
  x: Float64Array,
  y: Float64Array,
  count: number,
  p: number,
): { readonly x: Float64Array; readonly y: Float64Array } {
  const first = at(x, 0);
  const span = at(x, x.length - 1) - first;
  const blocks = { x: new Float64Array(count), y: new Float64Array(count) };
  let filled = 0;
  for (let from = 0; from < x.length; ) {
    const block = Math.min(count - 1, Math.floor(((at(x, from) - first) / span) * count));
    const border = first + ((block + 1) / count) * span;
    let to = from + 1;
    while (to < x.length && (block === count - 1 || at(x, to) < border)) to++;
    blocks.x[filled] = (at(x, from) + at(x, to - 1)) / 2;
    blocks.y[filled] = quantile(y.slice(from, to), p);
    filled++;
    from = to;
  }
  return { x: blocks.x.subarray(0, filled), y: blocks.y.subarray(0, filled) };
}

/** How a series of block values rises. */
export interface Rise {
  /** Last minus first. */
  readonly net: number;
  /** net by the sum of all steps: 1 where none goes down, 0 where it ends where it began. */
  readonly efficiency: number;
  /** Largest rise over one or two blocks by net: a step has it near 1. */
  readonly concentration: number;
}

export function riseOf(values: Float64Array): Rise {
  let travelled = 0;
  let largest = 0;
  for (let i = 1; i < values.length; i++) {
    const step = at(values, i) - at(values, i - 1);
    travelled += Math.abs(step);
    largest = Math.max(largest, step, i > 1 ? at(values, i) - at(values, i - 2) : 0);
  }
  const net = at(values, values.length - 1) - at(values, 0);
  return {
    net,
    efficiency: travelled > 0 ? net / travelled : 0,
    concentration: net > 0 ? largest / net : Number.POSITIVE_INFINITY,
  };
}
