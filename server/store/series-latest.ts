import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import type { Sample } from "../core/series/sample";
import { wholeColumn, withoutNulls } from "./column-types";
import { nameBatches } from "./name-batches";
import { readBuckets, SIZE_COLUMNS } from "./sample-columns";
import { selectRows } from "./select-rows";

// Floating point arrives as bare numbers, which are exact up to 2^53: of ten thousand nodes a third of a million.
const sizes = Object.fromEntries(
  SIZE_COLUMNS.map((column) => [column, z.number().nullable()] as const),
);
const SIZES = SIZE_COLUMNS.map((column) => `toFloat64(${column}) AS ${column}`).join(", ");

const latestRow = z
  .object({
    node: z.string(),
    at_ms: wholeColumn,
    taken_ms: wholeColumn,
    boot_id: z.string(),
    hostname: z.string().nullable(),
    kernel: z.string().nullable(),
    uptime_seconds: wholeColumn.nullable(),
    mem_total: wholeColumn,
    oom_kills: wholeColumn.nullable(),
    lacks: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
  })
  .and(z.object(sizes));

const NODES_AT_ONCE = 2000;

export async function readLatest(
  client: ClickHouseClient,
  nodes: readonly string[],
): Promise<ReadonlyMap<string, Sample>> {
  const found = new Map<string, Sample>();
  for (const batch of nameBatches(nodes, NODES_AT_ONCE)) {
    const rows = await selectRows(client, {
      query: `SELECT node, toUnixTimestamp64Milli(at) AS at_ms, toUnixTimestamp64Milli(taken_at) AS taken_ms,
                boot_id, hostname, kernel, uptime_seconds, mem_total, ${SIZES},
                oom_kills, lacks, labels
              FROM latest FINAL WHERE node IN {nodes:Array(String)}`,
      params: { nodes: batch },
      row: latestRow,
    });
    for (const row of rows) found.set(row.node, toSample(row));
  }
  return found;
}

export async function activeNodes(client: ClickHouseClient, sinceMs: number): Promise<string[]> {
  const rows = await selectRows(client, {
    query: `SELECT DISTINCT node FROM latest
            WHERE at >= fromUnixTimestamp64Milli({sinceMs:Int64}) ORDER BY node`,
    params: { sinceMs },
    row: z.object({ node: z.string() }),
  });
  return rows.map(({ node }) => node);
}

function toSample(row: z.infer<typeof latestRow>): Sample {
  const { available, sockets, unexplained, hostname, kernel } = row;
  const { uptime_seconds: uptimeSeconds, oom_kills: oomKills } = row;
  return {
    node: row.node,
    bootId: row.boot_id,
    atMs: row.at_ms,
    takenAtMs: row.taken_ms,
    memTotal: row.mem_total,
    buckets: readBuckets(row),
    ...withoutNulls({
      hostname,
      kernel,
      uptimeSeconds,
      oomKills,
      available: available ?? null,
      sockets: sockets ?? null,
      unexplained: unexplained ?? null,
    }),
    lacks: row.lacks,
    labels: row.labels,
  };
}
