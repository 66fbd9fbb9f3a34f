import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { instantColumn, toInstantColumn, withoutNulls } from "./column-types";
import { insertRows, selectRows } from "./select-rows";

/** A shared diagnosis. Times are ISO 8601 in UTC. */
export interface DiagnosisRecord {
  /** Names the share in lists; opens nothing. */
  readonly handle: string;
  /** SHA-256 of the token; the token itself is known to the receiver of the link only. */
  readonly tokenSha256: string;
  readonly snapshotId: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt?: string;
  /** The redacted SnapshotReport as JSON; empty once revoked. */
  readonly report: string;
}

const diagnosisRow = z.object({
  handle: z.string(),
  token_sha256: z.string(),
  snapshot_id: z.string(),
  created_at: instantColumn,
  expires_at: instantColumn,
  revoked_at: instantColumn.nullable(),
  report: z.string(),
});

const COLUMNS = Object.keys(diagnosisRow.shape).join(", ");

function toRecord(row: z.infer<typeof diagnosisRow>): DiagnosisRecord {
  return {
    handle: row.handle,
    tokenSha256: row.token_sha256,
    snapshotId: row.snapshot_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...withoutNulls({ revokedAt: row.revoked_at }),
    report: row.report,
  };
}

export type DiagnosisStore = ReturnType<typeof createDiagnosisStore>;

/** Shared diagnoses in the store. */
export function createDiagnosisStore(client: ClickHouseClient) {
  const select = (where: string, params: Record<string, unknown>) =>
    selectRows(client, {
      query: `SELECT ${COLUMNS} FROM diagnoses FINAL WHERE ${where}`,
      params,
      row: diagnosisRow,
    }).then((rows) => rows.map(toRecord));

  return {
    /** Writes a share, or over it: the row that carries a time of revoking wins. */
    async insertDiagnosis(record: DiagnosisRecord): Promise<void> {
      await insertRows(client, "diagnoses", [
        {
          handle: record.handle,
          token_sha256: record.tokenSha256,
          snapshot_id: record.snapshotId,
          created_at: toInstantColumn(record.createdAt),
          expires_at: toInstantColumn(record.expiresAt),
          revoked_at: record.revokedAt === undefined ? null : toInstantColumn(record.revokedAt),
          version: record.revokedAt === undefined ? 1 : 2,
          report: record.report,
        },
      ]);
    },

    async findByToken(tokenSha256: string): Promise<DiagnosisRecord | undefined> {
      const [found] = await select("token_sha256 = {tokenSha256:String} LIMIT 1", { tokenSha256 });
      return found;
    },

    async findByHandle(handle: string): Promise<DiagnosisRecord | undefined> {
      const [found] = await select("handle = {handle:String} LIMIT 1", { handle });
      return found;
    },

    /** Newest first. */
    listOfSnapshot: (snapshotId: string): Promise<DiagnosisRecord[]> =>
      select("snapshot_id = {snapshotId:String} ORDER BY created_at DESC LIMIT 200", {
        snapshotId,
      }),

    /** Shares of any of these snapshots that were not revoked and end after `now` (ISO 8601). */
    openOfSnapshots: (snapshotIds: readonly string[], now: string): Promise<DiagnosisRecord[]> =>
      select(
        `snapshot_id IN {snapshotIds:Array(String)} AND revoked_at IS NULL
         AND expires_at > {now:DateTime64(3, 'UTC')}`,
        { snapshotIds, now: toInstantColumn(now) },
      ),
  };
}
