import { at } from "./order-statistics";
import type { TrendSeries } from "./trend";

/** What could be read of a series: ascending seconds since the first sample, values as a share of the capacity. */
export interface Samples {
  readonly t: Float64Array;
  readonly y: Float64Array;
  /** Second of the first sample. */
  readonly origin: number;
}

/** Leaves out what is no number, and sorts where the order is broken. */
export function readSamples({ t, v, capacity }: TrendSeries): Samples {
  const length = Math.min(t.length, v.length);
  const times = new Float64Array(length);
  const values = new Float64Array(length);
  let kept = 0;
  let isSorted = true;
  for (let i = 0; i < length; i++) {
    const time = t[i];
    const value = v[i];
    if (!(isNumber(time) && isNumber(value))) continue;
    if (kept > 0 && time < at(times, kept - 1)) isSorted = false;
    times[kept] = time;
    values[kept] = value / capacity;
    kept++;
  }
  const read = { t: times.subarray(0, kept), y: values.subarray(0, kept) };
  return fromOrigin(isSorted ? read : sorted(read));
}

function isNumber(value: number | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function sorted({ t, y }: { t: Float64Array; y: Float64Array }) {
  const order = new Uint32Array(t.length).map((_, i) => i).sort((a, b) => at(t, a) - at(t, b));
  const pick = (from: Float64Array) => Float64Array.from(order, (i) => at(from, i));
  return { t: pick(t), y: pick(y) };
}

function fromOrigin({ t, y }: { t: Float64Array; y: Float64Array }): Samples {
  const origin = t.length > 0 ? at(t, 0) : 0;
  for (let i = 0; i < t.length; i++) t[i] = at(t, i) - origin;
  return { t, y, origin };
}

/** Index of the first sample at or behind `second`. */
export function firstAt(t: Float64Array, second: number): number {
  let low = 0;
  let high = t.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(t, middle) < second) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A copy of the values `from` to `to` (without); of more than `most` so many at most, evenly spread. */
export function thin(y: Float64Array, from: number, to: number, most: number): Float64Array {
  const step = Math.ceil((to - from) / most);
  if (step <= 1) return y.slice(from, to);
  const values = new Float64Array(Math.ceil((to - from) / step));
  for (let i = 0; i < values.length; i++) values[i] = at(y, from + i * step);
  return values;
}
