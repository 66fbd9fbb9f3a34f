import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { BUCKETS, type BucketId, STATUSES, type Status } from "../core/report";
import { toInstantColumn, wholeColumn, withoutNulls } from "./column-types";
import { deleteRows } from "./delete-rows";
import { insertRows, selectRows } from "./select-rows";

/** What lists show of a report; sizes in bytes. */
export interface ReportSummary {
  readonly status: Status;
  readonly headline: string;
  readonly bucket?: BucketId;
  readonly memTotal?: number;
  /** MemTotal less what is free or given back at once: what `free` calls used. */
  readonly used?: number;
  /** The allocpage bucket. */
  readonly unaccounted?: number;
}

export interface StoredReport {
  readonly snapshotId: string;
  readonly rulesVersion: string;
  readonly computedAt: string;
  readonly summary: ReportSummary;
  /** The SnapshotReport as JSON. */
  readonly report: string;
}

const summaryColumns = {
  status: z.enum(STATUSES),
  headline: z.string(),
  bucket: z.enum(BUCKETS).nullable(),
  mem_total: wholeColumn.nullable(),
  used: wholeColumn.nullable(),
  unaccounted: wholeColumn.nullable(),
};
const summaryRow = z.object({ snapshot_id: z.string(), ...summaryColumns });

function toSummary(row: Omit<z.infer<typeof summaryRow>, "snapshot_id">): ReportSummary {
  const { status, headline, bucket, mem_total: memTotal, used, unaccounted } = row;
  return { status, headline, ...withoutNulls({ bucket, memTotal, used, unaccounted }) };
}

export type ReportStore = ReturnType<typeof createReportStore>;

/** Reports already worked out, filed under the version of the rules that made them. */
export function createReportStore(client: ClickHouseClient) {
  return {
    async insertReport({ summary, ...stored }: StoredReport): Promise<void> {
      await insertRows(client, "reports", [
        {
          snapshot_id: stored.snapshotId,
          rules_version: stored.rulesVersion,
          computed_at: toInstantColumn(stored.computedAt),
          status: summary.status,
          headline: summary.headline,
          bucket: summary.bucket ?? null,
          mem_total: summary.memTotal ?? null,
          used: summary.used ?? null,
          unaccounted: summary.unaccounted ?? null,
          report: stored.report,
        },
      ]);
    },

    /** The report as JSON text, where these rules have made one. */
    async findReport(snapshotId: string, rulesVersion: string): Promise<string | undefined> {
      const [found] = await selectRows(client, {
        query: `SELECT report FROM reports
                WHERE snapshot_id = {snapshotId:String} AND rules_version = {rulesVersion:String}
                ORDER BY computed_at DESC LIMIT 1`,
        params: { snapshotId, rulesVersion },
        row: z.object({ report: z.string() }),
      });
      return found?.report;
    },

    /** Summaries by snapshot id, of those that these rules have judged. */
    async findSummaries(
      snapshotIds: readonly string[],
      rulesVersion: string,
    ): Promise<ReadonlyMap<string, ReportSummary>> {
      const rows = await selectRows(client, {
        query: `SELECT snapshot_id, status, headline, bucket, mem_total, used, unaccounted
                FROM reports
                WHERE snapshot_id IN {snapshotIds:Array(String)}
                  AND rules_version = {rulesVersion:String}
                ORDER BY computed_at DESC LIMIT 1 BY snapshot_id`,
        params: { snapshotIds, rulesVersion },
        row: summaryRow,
      });
      return new Map(rows.map((row) => [row.snapshot_id, toSummary(row)]));
    },

    /** Takes away what any rules have said of these snapshots. */
    removeReports: (snapshotIds: readonly string[]): Promise<void> =>
      deleteRows(client, "reports", {
        where: "snapshot_id IN {snapshotIds:Array(String)}",
        params: { snapshotIds },
      }),
  };
}
