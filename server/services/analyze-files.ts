import type { InputError, Report, SnapshotReport, Status } from "../core/report";
import { reportSnapshot } from "../core/report-snapshot";
import type { Snapshot } from "../core/snapshot";
import { VERSION } from "../core/version";
import { IngestError } from "../ingest/ingest-error";
import { type ReadOptions, readInputFile } from "../ingest/read-input";

/** A report, and how many of the inputs gave nothing at all. */
export interface Analysis {
  readonly report: Report;
  readonly unreadable: number;
}

/**
 * Reads inputs (files or folders) and reports on every snapshot in them. Needs no store. An input that
 * cannot be read is one entry of `errors` and never hides the others; damage inside a readable one is too.
 */
export async function analyzeFiles(
  paths: readonly string[],
  options: ReadOptions = {},
): Promise<Analysis> {
  let unreadable = 0;
  const snapshots: SnapshotReport[] = [];
  const errors: InputError[] = [];
  for (const path of paths) {
    const read = await readAnalyzed(path, options);
    snapshots.push(...read.snapshots.map(reportSnapshot));
    errors.push(...read.errors);
    if (read.snapshots.length === 0) unreadable++;
  }
  return { report: reportOf(snapshots, errors), unreadable };
}

/** One input's report beside the snapshots it was made from. */
export async function analyzeFile(
  path: string,
): Promise<{ readonly report: Report; readonly snapshots: readonly Snapshot[] }> {
  const { snapshots, errors } = await readAnalyzed(path, {});
  return { report: reportOf(snapshots.map(reportSnapshot), errors), snapshots };
}

function reportOf(snapshots: readonly SnapshotReport[], errors: readonly InputError[]): Report {
  const tool = { name: "memledger", version: VERSION } as const;
  return { schemaVersion: 1, tool, snapshots, errors };
}

async function readAnalyzed(
  path: string,
  options: ReadOptions,
): Promise<{ readonly snapshots: readonly Snapshot[]; readonly errors: readonly InputError[] }> {
  try {
    return await readInputFile(path, options);
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    return { snapshots: [], errors: [{ file: path, code: error.code, message: error.message }] };
  }
}

/** The last snapshot of each node of each input: the one that carries the verdict over all moments. */
export function finalSnapshots(report: Pick<Report, "snapshots">): readonly SnapshotReport[] {
  const last = new Map(
    report.snapshots.map((each) => [`${each.source.sha256} ${each.node.hostname ?? ""}`, each]),
  );
  return [...last.values()];
}

const ALARM: readonly Status[] = ["suspect", "held", "leaking"];
const NO_VERDICT: readonly Status[] = ["insufficient", "inconsistent"];

/** Exit code of the command line: 2 unreadable, 1 alarm, 3 no verdict, 0 healthy or watch; in this order. */
export function exitCodeOf({ report, unreadable }: Analysis): 0 | 1 | 2 | 3 {
  const statuses = finalSnapshots(report).map((each) => each.verdict.status);
  if (unreadable > 0 || statuses.length === 0) return 2;
  if (statuses.some((status) => ALARM.includes(status))) return 1;
  return statuses.some((status) => NO_VERDICT.includes(status)) ? 3 : 0;
}
