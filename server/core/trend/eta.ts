import { at, median } from "./order-statistics";
import type { Samples } from "./samples";
import type { Trend } from "./trend";

/** Standard deviations of the slope on either side. */
const SPREADS = 2.2;
const LAST_SHARE = 0.02;

/** Seconds until the capacity is reached at this slope; no upper end where the slope may as well be 0. */
export function etaOf(
  { t, y }: Samples,
  { slope, slopeSpread }: { readonly slope: number; readonly slopeSpread: number },
): Pick<Trend, "eta" | "etaLow" | "etaHigh"> {
  const recent = Math.max(1, Math.round(y.length * LAST_SHARE));
  const level = median(y.slice(y.length - recent));
  // That median stands in the middle of them; until the last sample the growth has gone on.
  const since = (at(t, t.length - 1) - at(t, t.length - recent)) / 2;
  const left = Math.max(0, 1 - level - slope * since);
  const slowest = slope - SPREADS * slopeSpread;
  return {
    eta: left / slope,
    etaLow: left / (slope + SPREADS * slopeSpread),
    ...(slowest > 0 ? { etaHigh: left / slowest } : {}),
  };
}
