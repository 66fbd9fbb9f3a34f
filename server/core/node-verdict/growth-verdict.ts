import type { Sample } from "../series/sample";
import type { Balance } from "../trend/balance";
import { SERIES_KINDS } from "../trend/watched-series";
import type { NodeLook } from "./node-look";
import type { GrowthReason, NodeEvidence, NodeHolder } from "./node-verdict";
import { chooseHolder, type MomentVerdict } from "./size-verdict";
import { bytesInSample, type StandingTrend } from "./trend-standing";

const HOUR_S = 3_600;
/** Further ahead no interval holds. */
const FURTHEST_HOURS = 60 * 24;

interface GrowthInput {
  readonly trend: StandingTrend;
  readonly isProven: boolean;
  readonly sample: Sample;
  readonly look?: NodeLook;
  /** Name of the holder that was named before. */
  readonly holder?: string;
}

/** The verdict of a series that grows. */
export function growthVerdict(input: GrowthInput): MomentVerdict & { readonly balance?: Balance } {
  const { trend, isProven, sample } = input;
  const { bucket } = SERIES_KINDS[trend.series];
  const holder = holderOf(input);
  const full = fullOf(trend, sample);
  const growth: GrowthReason = {
    series: trend.series,
    ...(bucket !== undefined && { bucket }),
    isProven,
    ratePerHour: trend.trend.slope * HOUR_S,
    sinceMs: sinceOf(trend),
    bytes: bucket === undefined ? (sample.available ?? 0) : (sample.buckets[bucket] ?? 0),
    grown: Math.max(0, (bytesInSample(sample, trend.series) ?? trend.endBytes) - trend.startBytes),
    ...(holder && { holder }),
    ...(full && { full }),
  };
  return {
    status: isProven ? "leaking" : "watch",
    reason: { kind: "growth", growth },
    evidence: [...trendEvidence(trend), ...balanceEvidence(trend), ...(input.look?.evidence ?? [])],
    against: [...doubtsOf(trend, isProven), ...(input.look?.against ?? [])],
    ...(trend.balance && { balance: trend.balance }),
  };
}

function holderOf({ trend, look, holder }: GrowthInput): NodeHolder | undefined {
  const { bucket } = SERIES_KINDS[trend.series];
  return (bucket && chooseHolder(look, holder, bucket)) ?? trend.cache;
}

/** When it began, ms since 1970. */
export function sinceOf({ trend, fromMs }: Pick<StandingTrend, "trend" | "fromMs">): number {
  return trend.since === undefined ? fromMs : Math.round(trend.since * 1_000);
}

/** What is available at the present rate; the interval is as wide, in proportion, as that of the series. */
function fullOf({ trend }: StandingTrend, { available }: Sample): GrowthReason["full"] {
  if (available === undefined || !(trend.slope > 0)) return undefined;
  const hours = available / trend.slope / HOUR_S;
  if (hours > FURTHEST_HOURS) return undefined;
  const { eta, etaLow, etaHigh } = trend;
  const scaled = (bound: number | undefined) =>
    bound === undefined || !eta ? undefined : (hours * bound) / eta;
  const low = scaled(etaLow);
  const high = scaled(etaHigh);
  return { hours, ...(low !== undefined && { low }), ...(high !== undefined && { high }) };
}

function trendEvidence(trend: StandingTrend): readonly NodeEvidence[] {
  const { series, days, slots, fromMs, toMs, startBytes, endBytes } = trend;
  const span = { fromMs, toMs, slots, days };
  const name = series === "available" ? "used memory" : series;
  return [
    {
      text: `${name} rises by`,
      value: trend.trend.slope * HOUR_S,
      unit: "bytesPerHour",
      formula: `Theil-Sen slope of the tenth percentile of each 5 minutes, ${slots} of them over ${days} ${days === 1 ? "day" : "days"}`,
      ...span,
    },
    {
      text: `${name} has taken since the growth began`,
      value: endBytes - startBytes,
      unit: "bytes",
      formula: "level at the end less level at the begin",
      ...span,
    },
    {
      text: "score of the trend, 1 and more is a leak",
      value: trend.trend.score,
      unit: "ratio",
      ...span,
    },
  ];
}

function balanceEvidence({ balance }: StandingTrend): readonly NodeEvidence[] {
  if (!balance) return [];
  const { fromMs, toMs } = balance;
  return balance.changes.slice(0, 5).map(({ bucket, bytes }) => ({
    text: `${bucket} over the same time`,
    value: bytes,
    unit: "bytes",
    formula: "balance of all buckets",
    fromMs,
    toMs,
  }));
}

function doubtsOf(trend: StandingTrend, isProven: boolean): readonly string[] {
  const { contradiction, windows, trend: found } = trend;
  const calm = windows.filter(({ verdict }) => verdict === "ok").map(({ days }) => `${days}`);
  return [
    ...(isProven || found.verdict !== "leak"
      ? []
      : [
          "One verdict says so; it is called a leak when the next, six hours later, says it again.",
        ]),
    ...(contradiction === undefined ? [] : [`The balance: ${contradiction}.`]),
    ...(calm.length === 0
      ? []
      : [
          `The window of ${calm.join(" and ")} ${calm.join() === "1" ? "day" : "days"} shows no growth.`,
        ]),
  ];
}
