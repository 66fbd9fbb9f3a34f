import type { BucketId, SnapshotReport } from "../core/report";
import type { ReportSummary } from "../store/reports";

/** The figures of a report that lists show; sizes in whole bytes. */
export function summariseReport(report: SnapshotReport): ReportSummary {
  const { status, headline, bucket } = report.verdict;
  const memTotal = report.composition?.memTotal;
  const used = usedBytes(report);
  const unaccounted = bucketBytes(report, "allocpage");
  return {
    status,
    headline,
    ...(bucket !== undefined && { bucket }),
    ...(memTotal !== undefined && { memTotal: Math.round(memTotal) }),
    ...(used !== undefined && { used: Math.round(used) }),
    ...(unaccounted !== undefined && { unaccounted: Math.round(unaccounted) }),
  };
}

/** What a present-day `free` calls used, since that is the number people compare; else what is not free. */
function usedBytes(report: SnapshotReport): number | undefined {
  const rows = report.reconcile.filter(({ tool, label }) => tool === "free" && /^used/.test(label));
  const row = rows.at(-1);
  if (row) return row.bytes;
  const free = bucketBytes(report, "free");
  if (report.composition === undefined || free === undefined) return undefined;
  return report.composition.memTotal - free;
}

function bucketBytes(report: SnapshotReport, id: BucketId): number | undefined {
  return report.composition?.buckets.find((bucket) => bucket.id === id)?.bytes;
}
