import { at } from "./order-statistics";
import type { Samples } from "./samples";

const BLOCKS = 24;
/** Share of the capacity. Less than half of the smallest growth that may be called a leak. */
const FLAT = 0.004;

/** Means of 24 blocks of as many samples each: one cheap pass that most of a fleet does not get beyond. */
export function blockMeans({ y }: Samples): Float64Array {
  const means = new Float64Array(BLOCKS);
  for (let block = 0; block < BLOCKS; block++) {
    const from = Math.floor((block * y.length) / BLOCKS);
    const to = Math.floor(((block + 1) * y.length) / BLOCKS);
    let sum = 0;
    for (let i = from; i < to; i++) sum += at(y, i);
    means[block] = sum / (to - from);
  }
  return means;
}

export function isFlat(means: Float64Array): boolean {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const mean of means) {
    low = Math.min(low, mean);
    high = Math.max(high, mean);
  }
  return high - low < FLAT;
}
