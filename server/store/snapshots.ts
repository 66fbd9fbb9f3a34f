import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { SOURCE_KINDS, type SourceKind } from "../core/report";
import { instantColumn, toInstantColumn, wholeColumn, withoutNulls } from "./column-types";
import { deleteRows } from "./delete-rows";
import { nameBatches } from "./name-batches";
import { insertRows, selectRows } from "./select-rows";
import { wellFormed } from "./well-formed";

/** One look at one node, as lists show it. Times are ISO 8601 in UTC, sizes are bytes. */
export interface SnapshotRecord {
  readonly id: string;
  readonly sha256: string;
  /** Place among the looks of its upload, oldest first, from 0. */
  readonly look: number;
  readonly node: string;
  readonly hostname?: string;
  readonly kernel?: string;
  readonly os?: string;
  readonly kind: SourceKind;
  readonly fileName: string;
  readonly archiveBytes: number;
  readonly takenAt?: string;
  readonly receivedAt: string;
  readonly unreadable: readonly { readonly file: string; readonly error: string }[];
}

/** The texts of one upload, by file name. */
export interface StoredTexts {
  readonly sha256: string;
  readonly receivedAt: string;
  readonly texts: ReadonlyMap<string, string>;
}

const snapshotRow = z.object({
  id: z.string(),
  sha256: z.string(),
  look: z.number(),
  node: z.string(),
  hostname: z.string().nullable(),
  kernel: z.string().nullable(),
  os: z.string().nullable(),
  kind: z.enum(SOURCE_KINDS),
  file_name: z.string(),
  archive_bytes: wholeColumn,
  taken_at: instantColumn.nullable(),
  received_at: instantColumn,
  unreadable_files: z.array(z.string()),
  unreadable_errors: z.array(z.string()),
});

const COLUMNS = Object.keys(snapshotRow.shape).join(", ");

function toRecord(row: z.infer<typeof snapshotRow>): SnapshotRecord {
  const { hostname, kernel, os, taken_at: takenAt } = row;
  return {
    id: row.id,
    sha256: row.sha256,
    look: row.look,
    node: row.node,
    ...withoutNulls({ hostname, kernel, os, takenAt }),
    kind: row.kind,
    fileName: row.file_name,
    archiveBytes: row.archive_bytes,
    receivedAt: row.received_at,
    unreadable: row.unreadable_files.map((file, index) => ({
      file,
      error: row.unreadable_errors[index] ?? "",
    })),
  };
}

function toRow(record: SnapshotRecord): Record<keyof z.infer<typeof snapshotRow>, unknown> {
  return {
    id: record.id,
    sha256: record.sha256,
    look: record.look,
    node: record.node,
    hostname: record.hostname ?? null,
    kernel: record.kernel ?? null,
    os: record.os ?? null,
    kind: record.kind,
    file_name: wellFormed(record.fileName),
    archive_bytes: record.archiveBytes,
    taken_at: record.takenAt === undefined ? null : toInstantColumn(record.takenAt),
    received_at: toInstantColumn(record.receivedAt),
    unreadable_files: record.unreadable.map(({ file }) => wellFormed(file)),
    unreadable_errors: record.unreadable.map(({ error }) => wellFormed(error)),
  };
}

export type SnapshotStore = ReturnType<typeof createSnapshotStore>;

/** Snapshots and their texts in the store. */
export function createSnapshotStore(client: ClickHouseClient) {
  const select = (where: string, params: Record<string, unknown>) =>
    selectRows(client, {
      query: `SELECT ${COLUMNS} FROM snapshots FINAL WHERE ${where}`,
      params,
      row: snapshotRow,
    }).then((rows) => rows.map(toRecord));

  return {
    /** Returns once the rows are on disk: the tables fsync after each insert. */
    async insertSnapshots(records: readonly SnapshotRecord[]): Promise<void> {
      if (records.length === 0) return;
      await insertRows(client, "snapshots", records.map(toRow));
    },

    /** Batches of a few MiB: one row may be a 50 MB kernel log, a thousand may be 1 KB each. */
    async insertTexts({ sha256, receivedAt, texts }: StoredTexts): Promise<void> {
      const rows = [...texts].map(([file, text]) => ({
        sha256,
        file: wellFormed(file),
        text: wellFormed(text),
        received_at: toInstantColumn(receivedAt),
      }));
      for (const values of inBatches(rows)) await insertRows(client, "snapshot_files", values);
    },

    async findSnapshot(id: string): Promise<SnapshotRecord | undefined> {
      const [found] = await select("id = {id:String} LIMIT 1", { id });
      return found;
    },

    /** Every snapshot whose id starts with these characters, in the order of their looks. */
    snapshotsOfPrefix: (prefix: string): Promise<SnapshotRecord[]> =>
      select("startsWith(id, {prefix:String}) ORDER BY sha256, look", { prefix }),

    /** Newest first, by the time they were taken, else received. */
    snapshotsOfNode: (node: string): Promise<SnapshotRecord[]> =>
      select(
        `node = {node:String}
         ORDER BY coalesce(taken_at, received_at) DESC, received_at DESC, look DESC
         LIMIT 500`,
        { node },
      ),

    /** The newest snapshot of each of these nodes that has any, by the time it was taken, else received. */
    async newestOfNodes(nodes: readonly string[]): Promise<ReadonlyMap<string, SnapshotRecord>> {
      const newest = new Map<string, SnapshotRecord>();
      for (const batch of nameBatches(nodes, NODES_AT_ONCE)) {
        const records = await select(
          `node IN {nodes:Array(String)}
           ORDER BY coalesce(taken_at, received_at) DESC, received_at DESC, look DESC
           LIMIT 1 BY node`,
          { nodes: batch },
        );
        for (const record of records) newest.set(record.node, record);
      }
      return newest;
    },

    async readTexts(sha256: string): Promise<ReadonlyMap<string, string>> {
      const rows = await selectRows(client, {
        query: `SELECT file, text FROM snapshot_files
                WHERE sha256 = {sha256:String}
                ORDER BY file, received_at DESC LIMIT 1 BY file`,
        params: { sha256 },
        row: z.object({ file: z.string(), text: z.string() }),
      });
      return new Map(rows.map(({ file, text }) => [file, text]));
    },

    /** Takes away every look of an upload: without these rows it does not exist. Its texts stay. */
    removeSnapshots: (sha256: string): Promise<void> =>
      deleteRows(client, "snapshots", { where: "sha256 = {sha256:String}", params: { sha256 } }),

    removeTexts: (sha256: string): Promise<void> =>
      deleteRows(client, "snapshot_files", {
        where: "sha256 = {sha256:String}",
        params: { sha256 },
      }),
  };
}

const NODES_AT_ONCE = 2000;
const BATCH_CHARACTERS = 4 * 1024 * 1024;

function inBatches<T extends { readonly text: string }>(rows: readonly T[]): T[][] {
  const batches: T[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    if (size + row.text.length > BATCH_CHARACTERS) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(row);
    size += row.text.length;
  }
  return batches;
}
