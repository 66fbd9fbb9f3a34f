import { at, quantileOfSorted, sortShort } from "./order-statistics";
import { type Samples, thin } from "./samples";

const MOST_BINS = 96;
const HOUR_S = 3_600;
/** From here on a bin is an hour, so that a day has whole bins; longer windows have longer ones. */
const WHOLE_BINS_FROM_S = 2.5 * 86_400;
const MOST_WHOLE_BINS = 168;
/** Of a bin with more samples so many are read, evenly spread: the work per series is bounded. */
const MOST_PER_BIN = 128;

/** A window in equal slots; a slot without a sample is left out, never interpolated. */
export interface Bins {
  /** Slots of the window, empty ones too. */
  readonly slots: number;
  /** Seconds per slot. */
  readonly width: number;
  /** Number of the slot, ascending. */
  readonly slot: Float64Array;
  /** Middle of the slot as a share of the window. */
  readonly x: Float64Array;
  /** P10: the floor. Not the minimum, which one corrupt sample would set. */
  readonly low: Float64Array;
  /** Mean of the middle half: resists spikes like a median and sees below a unit of rounding. */
  readonly mid: Float64Array;
}

/** Slots of the samples `from` to `to` (without). */
export function toBins(samples: Samples, from: number, to: number): Bins {
  const start = at(samples.t, from);
  const span = at(samples.t, to - 1) - start;
  const width = widthOf(span);
  const slots = Math.max(1, Math.ceil(span / width));
  const bins = {
    slots,
    width,
    slot: new Float64Array(slots),
    x: new Float64Array(slots),
    low: new Float64Array(slots),
    mid: new Float64Array(slots),
  };
  let filled = 0;
  for (let first = from; first < to; ) {
    const slot = Math.min(slots - 1, Math.floor((at(samples.t, first) - start) / width));
    const end = slot === slots - 1 ? to : endOfSlot(samples, first, to, start + (slot + 1) * width);
    const values = sortShort(thin(samples.y, first, end, MOST_PER_BIN));
    bins.slot[filled] = slot;
    bins.x[filled] = (slot + 0.5) / slots;
    bins.low[filled] = quantileOfSorted(values, 0.1);
    bins.mid[filled] = meanOfMiddle(values);
    filled++;
    first = end;
  }
  return {
    slots,
    width,
    slot: bins.slot.subarray(0, filled),
    x: bins.x.subarray(0, filled),
    low: bins.low.subarray(0, filled),
    mid: bins.mid.subarray(0, filled),
  };
}

function widthOf(span: number): number {
  if (span < WHOLE_BINS_FROM_S) return Math.max(span / MOST_BINS, Number.MIN_VALUE);
  return Math.max(HOUR_S, span / MOST_WHOLE_BINS);
}

function endOfSlot(samples: Samples, first: number, to: number, border: number): number {
  let end = first + 1;
  while (end < to && at(samples.t, end) < border) end++;
  return end;
}

function meanOfMiddle(sorted: Float64Array): number {
  const cut = Math.floor(sorted.length / 4);
  let sum = 0;
  for (let i = cut; i < sorted.length - cut; i++) sum += at(sorted, i);
  return sum / (sorted.length - 2 * cut);
}
