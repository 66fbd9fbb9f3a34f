import type { Bytes } from "../units";

/** What a trend is judged on: one bucket of one node. */
export interface TrendSeries {
  /** Seconds, ascending. Out of order is tolerated and costs a sort. */
  readonly t: ArrayLike<number>;
  /** Bytes. What is not finite is left out. */
  readonly v: ArrayLike<number>;
  /** MemTotal, or the limit of the cgroup. */
  readonly capacity: Bytes;
}

/** `leak` may be paged, `growing` is shown only, `insufficient`: too few samples to say anything. */
type TrendVerdict = "leak" | "growing" | "ok" | "insufficient";

export interface Trend {
  readonly verdict: TrendVerdict;
  /** 1 and more is a leak; comparable between series. */
  readonly score: number;
  /** Bytes per second at the end of the window. */
  readonly slope: number;
  /** Seconds from the last sample until the capacity is reached; only where it grows. */
  readonly eta?: number;
  /** Interval around `eta` that holds the truth in nine of ten leaks. */
  readonly etaLow?: number;
  readonly etaHigh?: number;
  /** Seconds, as `t`: where the growth begins; the first sample where it grew all the time. */
  readonly since?: number;
}
