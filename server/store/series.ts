import type { ClickHouseClient } from "@clickhouse/client";
import type { NodeHistory, NodePanels } from "../core/series/history";
import type { Sample } from "../core/series/sample";
import { type HistoryQuery, readHistory } from "./series-history";
import { activeNodes, readLatest } from "./series-latest";
import { type PanelsQuery, readPanels, readSlabTrend } from "./series-panels";
import { readTrendSeries, type Series, type TrendQuery } from "./series-trends";

export type SeriesStore = ReturnType<typeof createSeriesStore>;

/** What the samples say over time. Times are ms since 1970 in UTC, sizes bytes; a span holds its start, not its end. */
export function createSeriesStore(client: ClickHouseClient) {
  return {
    /** A node's composition in at most `points` points, from the coarsest table that is fine enough. */
    readHistory: (query: HistoryQuery): Promise<NodeHistory> => readHistory(client, query),

    /** Slab caches, holders and cgroups of a node: of each the `top` largest and the `top` that grew most. */
    readPanels: (query: PanelsQuery): Promise<NodePanels> => readPanels(client, query),

    /** One number over time for each of these nodes that has any; times in s, values in bytes. */
    readTrendSeries: (query: TrendQuery): Promise<ReadonlyMap<string, Series>> =>
      readTrendSeries(client, query),

    /** The slab caches of a node, by name, on 5-minute slots; times in s, values in bytes. */
    readSlabTrend: (
      node: string,
      fromMs: number,
      toMs: number,
    ): Promise<ReadonlyMap<string, Series>> => readSlabTrend(client, { node, fromMs, toMs }),

    /** The nodes that have a sample at or after that moment, by name. */
    activeNodes: (sinceMs: number): Promise<string[]> => activeNodes(client, sinceMs),

    /** The newest sample of each of these nodes that has any, without its lists of caches, holders and cgroups. */
    readLatest: (nodes: readonly string[]): Promise<ReadonlyMap<string, Sample>> =>
      readLatest(client, nodes),
  };
}
