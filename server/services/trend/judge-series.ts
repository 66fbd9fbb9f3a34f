import { sinceOf } from "../../core/node-verdict/growth-verdict";
import type { NodeHolder } from "../../core/node-verdict/node-verdict";
import {
  bootOf,
  nextRoundMs,
  type StandingTrend,
  type TrendStanding,
} from "../../core/node-verdict/trend-standing";
import type { Sample } from "../../core/series/sample";
import { balanceOf, contradiction } from "../../core/trend/balance";
import { isMaterial, judgeTrends, type Streaks } from "../../core/trend/judge-trends";
import { WATCHED_SERIES, type WatchedSeries } from "../../core/trend/watched-series";
import type { Slots, WindowDays, WindowedTrend } from "../../core/trend/windowed-trend";
import type { EventStore } from "../../store/events";
import type { SeriesStore } from "../../store/series";
import { messageOf } from "./message-of";

export interface JudgeSeriesParts {
  readonly series: Pick<SeriesStore, "readTrendSeries" | "readHistory" | "readSlabTrend">;
  readonly events: Pick<EventStore, "listEvents">;
  readonly now: () => number;
  readonly onProblem: (problem: string) => void;
}

/** A node whose trends are due, with what the last round left. */
interface DueNode {
  readonly sample: Sample;
  readonly standing?: TrendStanding;
}

type SeriesByNode = ReadonlyMap<WatchedSeries, ReadonlyMap<string, Slots>>;

const DAY_MS = 24 * 3_600_000;
const DAYS: readonly WindowDays[] = [1, 3, 7];
const LONGEST_MS = 7 * DAY_MS;
/** Markers that can still mute: five time constants of half an hour. */
const MARKERS_MS = 3 * 3_600_000;
const BALANCE_POINTS = 300;
/** A cache that took this share of what slab took is named. */
const NAMED_SHARE = 0.3;

/** The trends of nodes over one, three and seven days, with the balance of what grows. */
export function createJudgeSeries(parts: JudgeSeriesParts) {
  async function readSeries(nodes: readonly string[], toMs: number): Promise<SeriesByNode> {
    const span = { nodes, fromMs: toMs - LONGEST_MS, toMs, level: "5m" } as const;
    const found = new Map<WatchedSeries, ReadonlyMap<string, Slots>>();
    // One after the other: each holds two thousand slots of every node.
    for (const series of WATCHED_SERIES)
      found.set(
        series,
        await parts.series.readTrendSeries({
          ...span,
          series,
          // Of what is available the median: its lowest tenth would be the peaks of what is used.
          statistic: series === "available" ? "median" : "p10",
        }),
      );
    return found;
  }

  async function judgeNode(
    { sample, standing }: DueNode,
    found: SeriesByNode,
    nowMs: number,
  ): Promise<TrendStanding> {
    const bootMs = bootOf(sample);
    const { available, memTotal, node } = sample;
    const round = judgeTrends({
      nowMs,
      memTotal,
      slots: windowsOf(found, sample, nowMs),
      ...(bootMs !== undefined && { bootMs }),
      markersMs: await markersOf(node, nowMs),
      streaks: standing?.streaks ?? NO_STREAKS,
    });
    const limits = { memTotal, ...(available !== undefined && { available }) };
    const trends: StandingTrend[] = [];
    for (const trend of round.trends) {
      const grows = trend.trend.verdict === "leak" || trend.trend.verdict === "growing";
      const large = grows && isMaterial(trend, limits);
      trends.push(large ? await weigh(node, trend, nowMs) : { ...trend, isMaterial: false });
    }
    return { atMs: nowMs, trends, streaks: round.streaks };
  }

  async function markersOf(node: string, nowMs: number): Promise<readonly number[]> {
    const span = { node, fromMs: nowMs - MARKERS_MS, toMs: nowMs, limit: 100 };
    const events = await parts.events.listEvents(span);
    return events
      .filter(({ kind }) => kind === "restart" || kind === "boot")
      .map(({ atMs }) => atMs);
  }

  async function weigh(node: string, trend: WindowedTrend, nowMs: number): Promise<StandingTrend> {
    const fromMs = sinceOf(trend);
    const span = { node, fromMs: Math.min(fromMs, nowMs - 3_600_000), toMs: nowMs + 1 };
    const history = await parts.series.readHistory({ ...span, points: BALANCE_POINTS });
    const balance = balanceOf(history.points, fromMs, nowMs);
    const grown = trend.endBytes - trend.startBytes;
    const doubt = contradiction(trend.series, grown, balance);
    const cache =
      trend.series === "slabUnreclaimable" ? await fastestCache(span, grown) : undefined;
    return {
      ...trend,
      isMaterial: true,
      ...(doubt !== undefined && { contradiction: doubt }),
      ...(balance && { balance }),
      ...(cache && { cache }),
    };
  }

  async function fastestCache(
    {
      node,
      fromMs,
      toMs,
    }: { readonly node: string; readonly fromMs: number; readonly toMs: number },
    grown: number,
  ): Promise<NodeHolder | undefined> {
    const caches = await parts.series.readSlabTrend(node, fromMs, toMs);
    const [fastest] = [...caches]
      .map(([name, { v }]) => ({ name, took: (v.at(-1) ?? 0) - (v[0] ?? 0), bytes: v.at(-1) ?? 0 }))
      .sort((a, b) => b.took - a.took);
    if (!fastest || fastest.took < grown * NAMED_SHARE) return undefined;
    const { name, took, bytes } = fastest;
    return { name: `the slab cache ${name}`, explains: { lower: took, upper: bytes } };
  }

  return {
    /** Whether a node is due for another verdict of its trends. */
    isDue: (standing: TrendStanding | undefined, nowMs: number): boolean =>
      nowMs >= nextRoundMs(standing),

    /** What the trends of these nodes say now, by node. */
    async judge(due: readonly DueNode[]): Promise<ReadonlyMap<string, TrendStanding>> {
      const nowMs = parts.now();
      const found = await readSeries(
        due.map(({ sample }) => sample.node),
        nowMs,
      );
      const judged = new Map<string, TrendStanding>();
      for (const one of due)
        try {
          judged.set(one.sample.node, await judgeNode(one, found, nowMs));
        } catch (error) {
          // One node's numbers are no reason to say nothing of the others.
          parts.onProblem(`The trends of ${one.sample.node} cannot be judged: ${messageOf(error)}`);
        }
      return judged;
    },
  };
}

const NO_STREAKS: Streaks = {};

function windowsOf(found: SeriesByNode, { node, memTotal }: Sample, nowMs: number) {
  const windows = new Map<WatchedSeries, ReadonlyMap<WindowDays, Slots>>();
  for (const [series, byNode] of found) {
    const slots = byNode.get(node);
    if (!slots) continue;
    const whole = series === "available" ? usedOf(slots, memTotal) : slots;
    windows.set(
      series,
      new Map(DAYS.map((days) => [days, lastOf(whole, (nowMs - days * DAY_MS) / 1_000)])),
    );
  }
  return windows;
}

/** What is not available: it rises where memory goes. */
function usedOf({ t, v }: Slots, memTotal: number): Slots {
  return { t, v: Float64Array.from(v, (bytes) => memTotal - bytes) };
}

function lastOf({ t, v }: Slots, fromS: number): Slots {
  let first = 0;
  while (first < t.length && (t[first] ?? 0) < fromS) first++;
  if (first === 0) return { t, v };
  return { t: Float64Array.from(t).subarray(first), v: Float64Array.from(v).subarray(first) };
}
