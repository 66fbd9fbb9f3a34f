import { LRUCache } from "lru-cache";
import type { SnapshotReport } from "../core/report";
import type { Snapshot } from "../core/snapshot";
import type { ReportStore, ReportSummary } from "../store/reports";
import type { SnapshotRecord, SnapshotStore } from "../store/snapshots";
import type { InputReader } from "./input-reader";
import { clockOffset } from "./push/clock-rule";
import { snapshotReportSchema } from "./report-schema";
import { ServiceError } from "./service-error";
import { shiftTimes } from "./shift-times";
import { summariseReport } from "./summarise-report";

export interface LibraryParts {
  readonly snapshots: SnapshotStore;
  readonly reports: ReportStore;
  readonly reader: InputReader;
  readonly now: () => number;
}

export type ReportLibrary = ReturnType<typeof createReportLibrary>;

const MAX_REPORTS = 200;
// Parsed snapshots are large: some drill-downs of the same node in a row, no more.
const MAX_SNAPSHOT_BYTES = 64 * 1024 * 1024;

/**
 * Snapshots and reports by id. Both are worked out from the texts that were measured, so a better rule
 * improves old snapshots too; what the present rules have worked out once is remembered, here and in the store.
 */
export function createReportLibrary({ snapshots, reports, reader, now }: LibraryParts) {
  const memory = new LRUCache<string, SnapshotReport>({ max: MAX_REPORTS });
  const parsed = new LRUCache<string, Snapshot>({
    maxSize: MAX_SNAPSHOT_BYTES,
    sizeCalculation: sizeOf,
  });
  const running = new Map<string, Promise<SnapshotReport>>();
  const { rulesVersion } = reader;

  async function record(id: string): Promise<SnapshotRecord> {
    const found = await snapshots.findSnapshot(id);
    if (!found) throw new ServiceError("notFound", `There is no snapshot ${id.slice(0, 64)}.`);
    return found;
  }

  async function snapshotOf(found: SnapshotRecord): Promise<Snapshot> {
    const kept = parsed.get(found.id);
    if (kept) return kept;
    const { sha256, fileName: name } = found;
    const texts = await snapshots.readTexts(sha256);
    const again = (await reader.readTexts({ name, sha256, texts })).snapshots[found.look];
    if (!again) throw new ServiceError("notFound", `The texts of ${found.id} give no snapshot.`);
    const snapshot = withStoredFacts(again, found);
    parsed.set(found.id, snapshot);
    return snapshot;
  }

  /** Files a report under the present rules, so that the next reader need not work it out. */
  async function keep(id: string, report: SnapshotReport): Promise<void> {
    memory.set(id, report);
    if (rulesVersion === undefined) return;
    await reports.insertReport({
      snapshotId: id,
      rulesVersion,
      computedAt: new Date(now()).toISOString(),
      summary: summariseReport(report),
      report: JSON.stringify(report),
    });
  }

  async function workOut(found: SnapshotRecord): Promise<SnapshotReport> {
    const stored =
      rulesVersion === undefined ? undefined : await reports.findReport(found.id, rulesVersion);
    if (stored !== undefined) {
      const report = snapshotReportSchema.parse(JSON.parse(stored));
      memory.set(found.id, report);
      return report;
    }
    const report = reader.judge(await snapshotOf(found));
    // Judging takes seconds; of an upload that was removed meanwhile nothing may be written again.
    if (await snapshots.findSnapshot(found.id)) await keep(found.id, report);
    return report;
  }

  /** Two readers of the same snapshot share the work. */
  function reportOf(found: SnapshotRecord): Promise<SnapshotReport> {
    const kept = memory.get(found.id);
    if (kept) return Promise.resolve(kept);
    const started = running.get(found.id);
    if (started) return started;
    const work = workOut(found).finally(() => running.delete(found.id));
    running.set(found.id, work);
    return work;
  }

  async function summariesOf(
    records: readonly SnapshotRecord[],
  ): Promise<ReadonlyMap<string, ReportSummary>> {
    const ids = records.map(({ id }) => id);
    const known =
      rulesVersion === undefined || ids.length === 0
        ? new Map<string, ReportSummary>()
        : new Map(await reports.findSummaries(ids, rulesVersion));
    // One after the other: each holds the texts of a whole snapshot while it is parsed.
    for (const found of records)
      if (!known.has(found.id)) known.set(found.id, summariseReport(await reportOf(found)));
    return known;
  }

  /** Drops what is remembered here of snapshots that were removed. */
  function forget(ids: readonly string[]): void {
    for (const id of ids) {
      memory.delete(id);
      parsed.delete(id);
    }
  }

  return { record, snapshotOf, reportOf, summariesOf, keep, forget };
}

function sizeOf(snapshot: Snapshot): number {
  let size = 1;
  for (const text of snapshot.texts.values()) size += text.length;
  return size;
}

/** What only the archive and its sender could tell: when it was taken, and what in it could not be read. */
function withStoredFacts(snapshot: Snapshot, record: SnapshotRecord): Snapshot {
  const { takenAt } = record;
  const known = new Set(snapshot.unreadable.map(({ file }) => file));
  const lost = record.unreadable.filter(({ file }) => !known.has(file));
  const timed = shiftTimes(snapshot, clockOffset(apart(takenAt, snapshot.node.takenAt), undefined));
  return {
    ...timed,
    node: { ...(takenAt !== undefined && { takenAt }), ...timed.node },
    unreadable: [...timed.unreadable, ...lost],
  };
}

/** By how much the time was set right when the upload came. */
function apart(stored: string | undefined, told: string | undefined): number | undefined {
  const ms = Date.parse(stored ?? "") - Date.parse(told ?? "");
  return Number.isNaN(ms) ? undefined : ms;
}
