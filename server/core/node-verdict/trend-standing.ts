import type { Sample } from "../series/sample";
import type { Balance } from "../trend/balance";
import type { Streaks } from "../trend/judge-trends";
import { isProven, VERDICT_PAUSE_MS } from "../trend/streak";
import { SERIES_KINDS, type WatchedSeries } from "../trend/watched-series";
import type { WindowedTrend } from "../trend/windowed-trend";
import type { Bytes } from "../units";
import type { NodeHolder } from "./node-verdict";

/** A series that was judged in the last round, with what the other series say to it. */
export interface StandingTrend extends WindowedTrend {
  /** Large enough to be worth a word. */
  readonly isMaterial: boolean;
  /** Why the balance does not bear it out; absent when it does, or where nothing grew. */
  readonly contradiction?: string;
  readonly balance?: Balance;
  /** The slab cache that grew most with it. */
  readonly cache?: NodeHolder;
}

/** What is remembered of the rounds over the trends of a node. */
export interface TrendStanding {
  readonly atMs: number;
  readonly trends: readonly StandingTrend[];
  readonly streaks: Streaks;
}

/** Below half of what it took, a growth is over, whatever the window says. */
const OVER = 0.5;

/** Without what is over by the newest sample: given back, or of an earlier boot. */
export function presentStanding(
  standing: TrendStanding | undefined,
  sample: Sample,
): TrendStanding | undefined {
  if (!standing) return undefined;
  const trends = standing.trends.filter((trend) => !isOver(trend, sample));
  if (trends.length === standing.trends.length) return standing;
  const left = new Set(trends.map(({ series }) => series));
  const streaks = Object.fromEntries(
    Object.entries(standing.streaks).filter(([series]) => left.has(series as WatchedSeries)),
  );
  return { ...standing, trends, streaks };
}

function isOver(
  { series, trend, startBytes, endBytes, toMs }: StandingTrend,
  sample: Sample,
): boolean {
  const bootMs = bootOf(sample);
  if (bootMs !== undefined && toMs < bootMs) return true;
  if (trend.verdict !== "leak" && trend.verdict !== "growing") return false;
  const now = bytesInSample(sample, series);
  return now !== undefined && now < startBytes + (endBytes - startBytes) * OVER;
}

/** When the node was booted; undefined where the sample does not say. */
export function bootOf({ atMs, uptimeSeconds }: Sample): number | undefined {
  return uptimeSeconds === undefined ? undefined : atMs - uptimeSeconds * 1_000;
}

/** A watched series in a sample, in bytes; what is not available stands for what is. */
export function bytesInSample(sample: Sample, series: WatchedSeries): Bytes | undefined {
  if (series === "unexplained") return sample.unexplained;
  if (series === "sockets") return sample.sockets;
  if (series === "available")
    return sample.available === undefined ? undefined : sample.memTotal - sample.available;
  return sample.buckets[series];
}

/** When the next verdict of a node's trends is due; a node with too few samples is asked again sooner. */
export function nextRoundMs(standing: TrendStanding | undefined): number {
  if (!standing) return Number.NEGATIVE_INFINITY;
  const isNew = standing.trends.every(({ trend }) => trend.verdict === "insufficient");
  return standing.atMs + (isNew ? NEW_PAUSE_MS : VERDICT_PAUSE_MS);
}

const NEW_PAUSE_MS = 3_600_000;

/** Growth that is proven comes first, then the one that was a leak once, then what grows; the fastest of each. */
export function worstTrend(
  standing: TrendStanding | undefined,
): { readonly trend: StandingTrend; readonly isProven: boolean } | undefined {
  const weighed = (standing?.trends ?? [])
    .map((trend) => ({ trend, weight: weightOf(trend, standing?.streaks ?? {}) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || b.trend.trend.slope - a.trend.trend.slope);
  const [worst] = weighed;
  return worst && { trend: worst.trend, isProven: worst.weight === PROVEN };
}

const PROVEN = 3;

function weightOf(trend: StandingTrend, streaks: Streaks): number {
  const { series, isMaterial, contradiction } = trend;
  if (!isMaterial) return 0;
  const { bucket, needsFallingAvailable } = SERIES_KINDS[series];
  const isProvenLeak = isProven(streaks[series]) && trend.trend.verdict !== "ok";
  if (isProvenLeak && bucket !== undefined && contradiction === undefined) return PROVEN;
  if (needsFallingAvailable && contradiction !== undefined) return 0;
  if (trend.trend.verdict === "leak") return 2;
  // What programs take and give back grows every morning; and what rose days ago may stand still since.
  const isGrowing = trend.trend.verdict === "growing" && flatForMs(trend) === undefined;
  return isGrowing && !needsFallingAvailable ? 1 : 0;
}

const DAY_MS = 24 * 3_600_000;
/** Share of its level that a series must have kept to be called flat rather than falling. */
const KEPT = 0.9;

/** For how long a series has stood still: over the window that shows it best, or over the last day alone. */
export function flatForMs(judged: WindowedTrend): number | undefined {
  const { trend, startBytes, endBytes, windows, fromMs, toMs } = judged;
  if (endBytes < startBytes * KEPT) return undefined;
  if (trend.verdict === "ok") return toMs - fromMs;
  const isLately = windows.some(({ days, verdict }) => days === 1 && verdict === "ok");
  return trend.verdict === "growing" && isLately ? DAY_MS : undefined;
}
