import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import type { WatchedSeries } from "../core/trend/watched-series";
import { nameBatches } from "./name-batches";
import { selectRows } from "./select-rows";

export interface TrendQuery {
  readonly nodes: readonly string[];
  readonly series: WatchedSeries;
  readonly fromMs: number;
  readonly toMs: number;
  readonly level: "5m" | "1h";
  /** Of the samples in a slot; the median unless said otherwise. Of an even number the upper of the middle two. */
  readonly statistic?: "p10" | "median" | "max";
}

/** Ascending times in s (start of the slot) and values in bytes. A slot without a value has no entry. */
export interface Series {
  readonly t: Float64Array;
  readonly v: Float64Array;
}

const COLUMN: Readonly<Record<WatchedSeries, string>> = {
  unexplained: "unexplained",
  slabUnreclaimable: "slab_unreclaimable",
  vmalloc: "vmalloc",
  percpu: "percpu",
  kernelStack: "kernel_stack",
  pageTables: "page_tables",
  shmem: "shmem",
  anon: "anon",
  sockets: "sockets",
  available: "available",
};

const STATISTIC = {
  p10: "quantileExact(0.1)",
  median: "quantileExact(0.5)",
  max: "max",
} as const;

/** Rows of that many node-slots are a few MiB here and some tens in the engine. */
const NODES_AT_ONCE = 200;

// Floating point arrives as bare numbers: checking thousands of quoted ones would cost more than reading them.
const seriesRow = z.object({
  node: z.string(),
  t: z.array(z.number()),
  v: z.array(z.number()),
});

export async function readTrendSeries(
  client: ClickHouseClient,
  query: TrendQuery,
): Promise<ReadonlyMap<string, Series>> {
  const { nodes, fromMs, toMs } = query;
  const found = new Map<string, Series>();
  for (const batch of nameBatches(nodes, NODES_AT_ONCE)) {
    const rows = await selectRows(client, {
      query: trendQuery(query),
      params: { nodes: batch, fromMs, toMs },
      row: seriesRow,
    });
    for (const { node, t, v } of rows)
      found.set(node, { t: Float64Array.from(t), v: Float64Array.from(v) });
  }
  return found;
}

// Nearly every slot is one row, whose samples differ: they need no second look. Where a slot has not been merged yet,
// a sample that was written twice gives the same pair twice.
function trendQuery({ series, level, statistic = "median" }: TrendQuery): string {
  const column = `seen.${COLUMN[series]}`;
  const span = `node IN {nodes:Array(String)}
        AND slot >= toDateTime(intDiv({fromMs:Int64}, 1000), 'UTC')
        AND slot < toDateTime(intDiv({toMs:Int64} + 999, 1000), 'UTC')`;
  const reduce = (values: string) => `arrayReduce('${STATISTIC[statistic]}', ${values})`;
  return `WITH several AS
(
    SELECT node, slot FROM rollup_${level} WHERE ${span} GROUP BY node, slot HAVING count() > 1
)
SELECT node, arraySort(groupArray((slot_s, toFloat64(assumeNotNull(value))))) AS dots,
    dots.1 AS t, dots.2 AS v
FROM
(
    SELECT node, toUnixTimestamp(slot) AS slot_s, arrayFilter(v -> isNotNull(v), ${column}) AS there,
        ${reduce("there")} AS value
    FROM rollup_${level} WHERE ${span} AND (node, slot) NOT IN several AND notEmpty(there)
    UNION ALL
    SELECT node, toUnixTimestamp(slot) AS slot_s,
        arrayMap(pair -> pair.2, arrayFilter(pair -> isNotNull(pair.2),
            groupUniqArrayArray(arrayZip(seen.offset, ${column})))) AS there,
        ${reduce("there")} AS value
    FROM rollup_${level} WHERE ${span} AND (node, slot) IN several
    GROUP BY node, slot HAVING notEmpty(there)
)
GROUP BY node`;
}
