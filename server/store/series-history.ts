import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import type { HistoryPoint, NodeHistory } from "../core/series/history";
import { wholeColumn, withoutNulls } from "./column-types";
import { readBuckets, SIZE_COLUMNS } from "./sample-columns";
import { selectRows } from "./select-rows";
import { chooseStep } from "./series-slots";
import { steadySlots } from "./series-steady";

export interface HistoryQuery {
  readonly node: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** At most so many points, at least 2. */
  readonly points: number;
}

type Level = NodeHistory["level"];

const MINUTE = 60_000;
const SLOT: Readonly<Record<Level, number>> = { raw: 0, "5m": 5 * MINUTE, "1h": 60 * MINUTE };
const COARSER: Readonly<Record<Level, Level | undefined>> = {
  raw: "5m",
  "5m": "1h",
  "1h": undefined,
};
/** A day and what a page shows beside it. */
const RAW_MS = 26 * 60 * MINUTE;

/**
 * Every slot is drawn by its last sample. Slots stand at whole multiples of their width since 1970, so that
 * they stay where they are while the span moves on. Where the fine table no longer reaches back as far as
 * the span, the next coarser one answers for all of it.
 */
export async function readHistory(
  client: ClickHouseClient,
  query: HistoryQuery,
): Promise<NodeHistory> {
  let best = await readLevel(client, query, finestLevel(query));
  for (let next = COARSER[best.level]; next && startsLate(best); next = COARSER[next]) {
    const coarser = await readLevel(client, query, next);
    if (reachesFurther(coarser, best)) best = coarser;
  }
  return best;
}

function finestLevel({ fromMs, toMs, points }: HistoryQuery): Level {
  if (toMs - fromMs <= RAW_MS) return "raw";
  return chooseStep(toMs - fromMs, points) < SLOT["1h"] ? "5m" : "1h";
}

/** So much of the start is empty that it may be there in a coarser table. */
function startsLate({ points, fromMs, level, stepMs }: NodeHistory): boolean {
  const [first] = points;
  const coarser = COARSER[level];
  const slack = 2 * Math.max(stepMs, coarser ? SLOT[coarser] : 0);
  return !first || first.atMs > fromMs + slack;
}

function reachesFurther(coarser: NodeHistory, finer: NodeHistory): boolean {
  const [mine] = coarser.points;
  const [theirs] = finer.points;
  if (!mine) return false;
  return !theirs || mine.atMs < theirs.atMs - SLOT[coarser.level];
}

const sizes = Object.fromEntries(
  SIZE_COLUMNS.map((column) => [column, wholeColumn.nullable()] as const),
);

const pointRow = z
  .object({
    at_ms: wholeColumn,
    samples: wholeColumn,
    mem_total: wholeColumn,
    unexplained_max: wholeColumn.nullable(),
  })
  .and(z.object(sizes));

async function readLevel(
  client: ClickHouseClient,
  { node, fromMs, toMs, points }: HistoryQuery,
  level: Level,
): Promise<NodeHistory> {
  const stepMs = Math.max(chooseStep(toMs - fromMs, points), SLOT[level]);
  const rows = await selectRows(client, {
    query: level === "raw" ? RAW : rollupQuery(level),
    params: { node, fromMs, toMs, stepMs },
    row: pointRow,
  });
  return steadySlots({ node, fromMs, toMs, stepMs, level, points: rows.map(toPoint) });
}

// The last sample of a slot as a tuple: tuples are compared from their first member on, which is the time.
// Members are taken by number, since whether `tuple()` keeps names depends on a setting.
const MEMBERS = ["mem_total", ...SIZE_COLUMNS];
const UNPACKED = `toUnixTimestamp64Milli(last.1) AS at_ms, samples,
  ${MEMBERS.map((name, index) => `last.${index + 2} AS ${name}`).join(", ")}, unexplained_max`;

const SPAN = `node = {node:String}
  AND at >= fromUnixTimestamp64Milli({fromMs:Int64}) AND at < fromUnixTimestamp64Milli({toMs:Int64})`;

const RAW = `SELECT ${UNPACKED} FROM
(
    SELECT intDiv(toUnixTimestamp64Milli(at), {stepMs:Int64}) AS place,
        max(tuple(at, ${MEMBERS.join(", ")})) AS last,
        uniqExact(at) AS samples,
        max(unexplained) AS unexplained_max
    FROM samples WHERE ${SPAN}
    GROUP BY place
) ORDER BY at_ms`;

// Rows of one slot may not have been merged yet, hence the inner grouping. A slot that begins before the
// span belongs to it when its last sample does.
function rollupQuery(level: "5m" | "1h"): string {
  const width = SLOT[level] / 1000;
  return `SELECT ${UNPACKED} FROM
(
    SELECT intDiv(toUnixTimestamp64Milli(newest.1), {stepMs:Int64}) AS place,
        max(newest) AS last, sum(seen_here) AS samples, max(peak) AS unexplained_max
    FROM
    (
        SELECT slot, max(last) AS newest,
            length(groupUniqArrayArray(seen.offset)) AS seen_here,
            max(arrayMax(arrayMap(v -> ifNull(v, -1), seen.unexplained))) AS highest,
            if(highest < 0, NULL, highest) AS peak
        FROM rollup_${level}
        WHERE node = {node:String}
            AND slot > toDateTime(intDiv({fromMs:Int64}, 1000) - ${width}, 'UTC')
            AND slot < toDateTime(intDiv({toMs:Int64} + 999, 1000), 'UTC')
        GROUP BY slot
    )
    WHERE newest.1 >= fromUnixTimestamp64Milli({fromMs:Int64})
        AND newest.1 < fromUnixTimestamp64Milli({toMs:Int64})
    GROUP BY place
) ORDER BY at_ms`;
}

function toPoint(row: z.infer<typeof pointRow>): HistoryPoint {
  const { available, sockets, unexplained, unexplained_max: unexplainedMax } = row;
  return {
    atMs: row.at_ms,
    samples: row.samples,
    memTotal: row.mem_total,
    buckets: readBuckets(row),
    ...withoutNulls({
      available: available ?? null,
      sockets: sockets ?? null,
      unexplained: unexplained ?? null,
      unexplainedMax,
    }),
  };
}
