import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { BUCKETS, type BucketId, STATUSES, type Status } from "../core/report";
import { instantColumn, toInstantColumn } from "./column-types";
import { nameBatches } from "./name-batches";
import { insertRows, selectRows } from "./select-rows";
import { wellFormed } from "./well-formed";

/** What is thought of a node now. Times are ms since 1970 in UTC. */
export interface NodeVerdictRecord {
  readonly node: string;
  /** Of two rows of a node the one judged last is the node's. */
  readonly judgedAtMs: number;
  readonly status: Status;
  /** In UTC. */
  readonly headline: string;
  readonly bucket?: BucketId;
  /** Bytes an hour. */
  readonly ratePerHour?: number;
  /** When the growth began, or the status. */
  readonly sinceMs?: number;
  /** When a trend was last proven. */
  readonly confirmedAtMs?: number;
  /** JSON; the judge's own memory of earlier rounds. */
  readonly state: string;
  /** JSON; the whole verdict with its evidence. */
  readonly document: string;
}

const verdictRow = z.object({
  node: z.string(),
  judged_at: instantColumn,
  status: z.enum(STATUSES),
  headline: z.string(),
  bucket: z.enum(BUCKETS).nullable(),
  rate_per_hour: z.number().nullable(),
  since: instantColumn.nullable(),
  confirmed_at: instantColumn.nullable(),
  state: z.string(),
  document: z.string(),
});

const NODES_AT_ONCE = 2000;

const COLUMNS = Object.keys(verdictRow.shape).join(", ");

function toRecord(row: z.infer<typeof verdictRow>): NodeVerdictRecord {
  const { node, status, headline, state, document } = row;
  return {
    node,
    judgedAtMs: Date.parse(row.judged_at),
    status,
    headline,
    ...(row.bucket !== null && { bucket: row.bucket }),
    ...(row.rate_per_hour !== null && { ratePerHour: row.rate_per_hour }),
    ...(row.since !== null && { sinceMs: Date.parse(row.since) }),
    ...(row.confirmed_at !== null && { confirmedAtMs: Date.parse(row.confirmed_at) }),
    state,
    document,
  };
}

function toRow(record: NodeVerdictRecord): Record<keyof z.infer<typeof verdictRow>, unknown> {
  return {
    node: wellFormed(record.node),
    judged_at: toInstant(record.judgedAtMs),
    status: record.status,
    headline: wellFormed(record.headline),
    bucket: record.bucket ?? null,
    rate_per_hour: record.ratePerHour ?? null,
    since: toInstant(record.sinceMs),
    confirmed_at: toInstant(record.confirmedAtMs),
    state: record.state,
    document: record.document,
  };
}

function toInstant(ms: number | undefined): string | null {
  return ms === undefined ? null : toInstantColumn(new Date(ms).toISOString());
}

export type NodeVerdictStore = ReturnType<typeof createNodeVerdictStore>;

/** The present verdict of each node that pushes. */
export function createNodeVerdictStore(client: ClickHouseClient) {
  async function findVerdicts(
    nodes: readonly string[],
  ): Promise<ReadonlyMap<string, NodeVerdictRecord>> {
    const found = new Map<string, NodeVerdictRecord>();
    for (const batch of nameBatches(nodes, NODES_AT_ONCE)) {
      const rows = await selectRows(client, {
        query: `SELECT ${COLUMNS} FROM node_verdicts FINAL WHERE node IN {nodes:Array(String)}`,
        params: { nodes: batch },
        row: verdictRow,
      });
      for (const row of rows) found.set(row.node, toRecord(row));
    }
    return found;
  }

  return {
    /** Returns once they are on disk. */
    async insertVerdicts(records: readonly NodeVerdictRecord[]): Promise<void> {
      if (records.length === 0) return;
      await insertRows(client, "node_verdicts", records.map(toRow));
    },

    findVerdicts,

    findVerdict: async (node: string): Promise<NodeVerdictRecord | undefined> =>
      (await findVerdicts([node])).get(node),
  };
}
