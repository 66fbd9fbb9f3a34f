import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { wholeColumn } from "./column-types";
import { selectRows } from "./select-rows";

/** A table and what it takes on disk, in bytes. */
export interface TableUsage {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly parts: number;
}

/** A part that the engine set aside: its rows are missing from every answer. */
export interface DetachedPart {
  readonly table: string;
  readonly part: string;
  readonly reason: string;
  readonly bytes: number;
}

/** A disk of the engine; sizes in bytes. */
export interface EngineDisk {
  readonly path: string;
  readonly free: number;
  readonly total: number;
}

const tableRow = z.object({
  table: z.string(),
  rows: wholeColumn,
  bytes: wholeColumn,
  parts: wholeColumn,
});

const partRow = z.object({
  table: z.string(),
  part: z.string(),
  reason: z.string(),
  bytes: wholeColumn,
});

const diskRow = z.object({ path: z.string(), free: wholeColumn, total: wholeColumn });

export type StorageStore = ReturnType<typeof createStorageStore>;

/** What the tables take, what is broken, and how much room is left. */
export function createStorageStore(client: ClickHouseClient) {
  return {
    /** Largest first; a view holds nothing and is left out. */
    readTables: (): Promise<TableUsage[]> =>
      selectRows(client, {
        query: `SELECT name AS table, sum(parts.rows) AS rows, sum(parts.bytes_on_disk) AS bytes,
                       countIf(parts.active = 1) AS parts
                FROM system.tables AS tables
                LEFT JOIN (SELECT * FROM system.parts WHERE active AND database = currentDatabase()) AS parts
                  ON parts.table = tables.name
                WHERE tables.database = currentDatabase() AND tables.engine LIKE '%MergeTree'
                GROUP BY name ORDER BY bytes DESC, name`,
        params: {},
        row: tableRow,
      }),

    /** What is set aside because it cannot be read, at most 100. */
    readBroken: (): Promise<DetachedPart[]> =>
      selectRows(client, {
        query: `SELECT table, name AS part, reason, bytes_on_disk AS bytes FROM system.detached_parts
                WHERE database = currentDatabase()
                  AND (startsWith(reason, 'broken') OR reason IN ('unexpected', 'noquorum'))
                ORDER BY table, name LIMIT 100`,
        params: {},
        row: partRow,
      }),

    /** The disk that fills up first. */
    async readDisk(): Promise<EngineDisk | undefined> {
      const [disk] = await selectRows(client, {
        query: `SELECT path, free_space AS free, total_space AS total FROM system.disks
                WHERE type IN ('Local', 'local') OR path != '' ORDER BY free_space LIMIT 1`,
        params: {},
        row: diskRow,
      });
      return disk;
    },
  };
}
