import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { instantColumn, wholeColumn, withoutNulls } from "./column-types";
import { selectRows } from "./select-rows";
import { askStore } from "./store-error";

interface AgedTable {
  readonly table: string;
  /** The column that tells the age of a row. */
  readonly column: string;
  /** Kept longer than the level says, by days. */
  readonly extraDays?: number;
}

/** What is kept for a time of its own, with its tables: the first is the one that lists and counts are about. */
const TABLES = {
  samples: [{ table: "samples", column: "at" }],
  rollup5m: [{ table: "rollup_5m", column: "slot" }],
  rollup1h: [{ table: "rollup_1h", column: "slot" }],
  // A snapshot is gone when its row is; its texts follow, so that no row is ever left without them.
  snapshots: [
    { table: "snapshots", column: "received_at" },
    { table: "snapshot_files", column: "received_at", extraDays: 1 },
  ],
  pushedTexts: [{ table: "pushed_texts", column: "at" }],
  events: [{ table: "events", column: "at" }],
} as const satisfies Record<string, readonly [AgedTable, ...AgedTable[]]>;

export type RetentionLevel = keyof typeof TABLES;
export const RETENTION_LEVELS = Object.keys(TABLES) as RetentionLevel[];

/** What one level holds and takes; sizes are bytes on disk, times ISO 8601 in UTC. */
export interface LevelUsage {
  readonly rows: number;
  readonly bytes: number;
  readonly oldestAt?: string;
  readonly newestAt?: string;
}

const sizeRow = z.object({ rows: wholeColumn, bytes: wholeColumn });
const spanRow = z.object({ oldest: instantColumn.nullable(), newest: instantColumn.nullable() });

export type RetentionStore = ReturnType<typeof createRetentionStore>;

/** How long rows are kept: the tables' TTL, and what they hold. */
export function createRetentionStore(client: ClickHouseClient) {
  return {
    /**
     * Has the engine drop what is older, now and from now on; without days it keeps everything. Does nothing where
     * the tables say so already.
     */
    async keepFor(level: RetentionLevel, days: number | undefined): Promise<void> {
      for (const aged of tablesOf(level)) await keepTableFor(client, aged, days);
    },

    async measure(level: RetentionLevel): Promise<LevelUsage> {
      const tables = tablesOf(level);
      const [size] = await selectRows(client, {
        query: `SELECT sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM system.parts
                WHERE active AND database = currentDatabase() AND table IN {tables:Array(String)}`,
        params: { tables: tables.map(({ table }) => table) },
        row: sizeRow,
      });
      const [{ table, column }] = tables;
      const [span] = await selectRows(client, {
        query: `SELECT toDateTime64(minOrNull(${column}), 3, 'UTC') AS oldest,
                       toDateTime64(maxOrNull(${column}), 3, 'UTC') AS newest FROM ${table}`,
        params: {},
        row: spanRow,
      });
      return {
        rows: await countRows(client, table),
        bytes: size?.bytes ?? 0,
        ...withoutNulls({ oldestAt: span?.oldest ?? null, newestAt: span?.newest ?? null }),
      };
    },

    /** Rows of the level that are older than so many days. */
    async countOlder(level: RetentionLevel, days: number): Promise<number> {
      const [{ table, column }] = tablesOf(level);
      const [found] = await selectRows(client, {
        query: `SELECT count() AS rows FROM ${table}
                WHERE toDateTime(${column}) < now() - toIntervalDay({days:UInt32})`,
        params: { days },
        row: z.object({ rows: wholeColumn }),
      });
      return found?.rows ?? 0;
    },
  };
}

function tablesOf(level: RetentionLevel): readonly [AgedTable, ...AgedTable[]] {
  return TABLES[level];
}

async function countRows(client: ClickHouseClient, table: string): Promise<number> {
  const [found] = await selectRows(client, {
    query: `SELECT count() AS rows FROM ${table}`,
    params: {},
    row: z.object({ rows: wholeColumn }),
  });
  return found?.rows ?? 0;
}

async function keepTableFor(
  client: ClickHouseClient,
  { table, column, extraDays = 0 }: AgedTable,
  days: number | undefined,
): Promise<void> {
  if (days !== undefined && !(Number.isSafeInteger(days) && days > 0))
    throw new RangeError(`cannot keep ${table} for ${days} days`);
  // A TTL takes no bound parameter. Names are of the list above, and the number is a whole one.
  const wanted =
    days === undefined
      ? undefined
      : `toDateTime(${column}) + toIntervalDay(${Math.trunc(days) + extraDays})`;
  const present = await readTtl(client, table);
  if (present === wanted) return;
  if (days !== undefined) await dropOldPartitions(client, table, days + extraDays);
  const change = wanted === undefined ? "REMOVE TTL" : `MODIFY TTL ${wanted}`;
  await askStore(() => client.command({ query: `ALTER TABLE ${table} ${change}` }));
}

/**
 * Whole partitions that have ended go at once: where the disk is nearly full, the rewriting that applies a TTL takes
 * half a minute to begin. Tables without partitions have none of these.
 */
async function dropOldPartitions(
  client: ClickHouseClient,
  table: string,
  days: number,
): Promise<void> {
  const ended = await selectRows(client, {
    query: `SELECT partition_id AS id FROM system.parts
            WHERE active AND database = currentDatabase() AND table = {table:String}
            GROUP BY partition_id
            HAVING min(max_time) > toDateTime(0) AND max(max_time) < now() - toIntervalDay({days:UInt32})
            ORDER BY id`,
    params: { table, days },
    row: z.object({ id: z.string().regex(/^\d{6,8}$/) }),
  });
  for (const { id } of ended)
    await askStore(() =>
      client.command({ query: `ALTER TABLE ${table} DROP PARTITION ID '${id}'` }),
    );
}

/** The table's TTL as the engine writes it. */
async function readTtl(client: ClickHouseClient, table: string): Promise<string | undefined> {
  const [found] = await selectRows(client, {
    query: `SELECT engine_full AS text FROM system.tables
            WHERE database = currentDatabase() AND name = {table:String}`,
    params: { table },
    row: z.object({ text: z.string() }),
  });
  return / TTL (.*?)(?: SETTINGS |$)/.exec(found?.text ?? "")?.[1];
}
