import type { Evidence, Finding, SnapshotReport } from "../core/report";
import { reportSnapshot } from "../core/report-snapshot";
import type { Snapshot } from "../core/snapshot";
import { snapshotReportSchema } from "../services/report-schema";

/** What must hold for a report on any input. Returns the promises that were broken, as sentences. */
export function brokenPromises(snapshot: Snapshot): readonly string[] {
  const report = reportSnapshot(snapshot);
  return [
    ...schemaBreaks(report),
    ...ledgerBreaks(report),
    ...report.findings.flatMap(findingBreaks),
    ...sharedTwice(report),
    ...allEvidence(report).flatMap((each) => evidenceBreaks(each, snapshot)),
  ];
}

function schemaBreaks(report: SnapshotReport): readonly string[] {
  const { error } = snapshotReportSchema.safeParse(report);
  return error ? [`the schema refuses the report: ${error.message.slice(0, 500)}`] : [];
}

function ledgerBreaks({ composition }: SnapshotReport): readonly string[] {
  if (!composition) return [];
  const sum = composition.buckets.reduce((total, bucket) => total + bucket.bytes, 0);
  const off = sum - composition.memTotal;
  return off === 0 ? [] : [`the buckets add up to ${off} bytes more than MemTotal`];
}

function findingBreaks({ id, bytes, confidence, explains }: Finding): readonly string[] {
  const ranges = [bytes, ...(explains ? [explains] : [])];
  const isRange = ranges.every(({ lower, upper }) => 0 <= lower && lower <= upper);
  return [
    ...(isRange ? [] : [`${id}: ${JSON.stringify(ranges)} are no ranges`]),
    ...(0 <= confidence && confidence <= 1 ? [] : [`${id}: confidence ${confidence}`]),
  ];
}

/** No byte of a bucket may be explained by two findings. */
function sharedTwice({ composition, findings }: SnapshotReport): readonly string[] {
  return (composition?.buckets ?? []).flatMap(({ id, bytes }) => {
    const explained = findings
      .filter((finding) => finding.bucket === id)
      .reduce((sum, finding) => sum + (finding.explains?.lower ?? 0), 0);
    return explained > Math.max(0, bytes) ? [`${id}: ${explained} of ${bytes} explained`] : [];
  });
}

function allEvidence({ composition, findings }: SnapshotReport): readonly Evidence[] {
  const inBuckets = (composition?.buckets ?? []).flatMap((bucket) => [
    ...(bucket.evidence ?? []),
    ...(bucket.parts ?? []).flatMap((part) => part.evidence ?? []),
  ]);
  const inFindings = findings.flatMap((finding) => [
    ...finding.evidence,
    ...(finding.against ?? []),
    ...finding.holders.flatMap((holder) => holder.evidence ?? []),
  ]);
  return [...inBuckets, ...inFindings];
}

/** Every figure can be traced: its file is one that was read, and the quoted line stands there. */
function evidenceBreaks(evidence: Evidence, snapshot: Snapshot): readonly string[] {
  const { file, line, raw, text } = evidence;
  if (line === undefined) return [];
  const whole = textOf(snapshot, file);
  if (whole === undefined) return [`"${text}" points to ${file}, which was not read`];
  if (raw === undefined) return [];
  const quoted = raw.endsWith("…") ? raw.slice(0, -1) : raw;
  return lineOf(whole, line).startsWith(quoted) ? [] : [`"${text}" misquotes ${file}:${line}`];
}

function textOf(snapshot: Snapshot, file: string): string | undefined {
  for (let at: Snapshot | undefined = snapshot; at; at = at.previous) {
    const text = at.texts.get(file);
    if (text !== undefined) return text;
  }
  return undefined;
}

function lineOf(text: string, line: number): string {
  return text.split("\n", line)[line - 1] ?? "";
}
