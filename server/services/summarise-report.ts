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

/** What `free` calls used where the report has it, since that is the word people know; else what is not free. */
function usedBytes(report: SnapshotReport): number | undefined {
  const row = report.reconcile.find(({ tool, label }) => tool === "free" && label === "used");
  if (row) return row.bytes;
  const free = bucketBytes(report, "free");
  if (report.composition === undefined || free === undefined) return undefined;
  return report.composition.memTotal - free;
}

function bucketBytes(report: SnapshotReport, id: BucketId): number | undefined {
  return report.composition?.buckets.find((bucket) => bucket.id === id)?.bytes;
}
