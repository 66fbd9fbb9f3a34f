import type { Sample } from "../core/series/sample";
import type { NodeVerdictRecord, NodeVerdictStore } from "../store/node-verdicts";
import type { NodeRecord, NodeStore } from "../store/nodes";
import type { ReportStore, ReportSummary } from "../store/reports";
import type { SeriesStore } from "../store/series";
import type { SnapshotRecord, SnapshotStore } from "../store/snapshots";
import type { ReportLibrary } from "./report-library";
import { ServiceError } from "./service-error";

/** A node in the list: its newest sample in figures, else its newest snapshot. Sizes are bytes, times ISO 8601 in UTC. */
export type NodeRow = NodeRecord & ReportSummary;

/** A snapshot in the list of its node. */
export interface SnapshotRow extends Omit<ReportSummary, "used"> {
  readonly id: string;
  readonly takenAt?: string;
  readonly receivedAt: string;
  readonly kind: SnapshotRecord["kind"];
  readonly fileName: string;
}

export interface NodePage {
  readonly nodes: readonly NodeRow[];
  readonly total: number;
  readonly nextCursor?: string;
}

export interface ListNodesParts {
  readonly nodes: NodeStore;
  readonly snapshots: SnapshotStore;
  readonly reports: ReportStore;
  readonly series: Pick<SeriesStore, "readLatest">;
  readonly nodeVerdicts: Pick<NodeVerdictStore, "findVerdicts">;
  readonly library: ReportLibrary;
  readonly rulesVersion?: string;
}

export interface ListNodesQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly search: string;
}

/** The nodes that have been seen, the sick first. */
export function createListNodes(parts: ListNodesParts) {
  return {
    async list({ cursor, limit, search }: ListNodesQuery): Promise<NodePage> {
      const offset = readCursor(cursor);
      const rulesVersion = parts.rulesVersion ?? "";
      const [total, records] = await Promise.all([
        parts.nodes.countNodes({ search, rulesVersion }),
        parts.nodes.listNodes({ search, rulesVersion, offset, limit }),
      ]);
      const nodes = await withSummaries(parts, records);
      const end = offset + records.length;
      return { nodes, total, ...(end < total && records.length > 0 && { nextCursor: `${end}` }) };
    },

    /** One node with its snapshots, newest first. A node that only pushes has none. */
    async get(node: string) {
      const [records, latest] = await Promise.all([
        parts.snapshots.snapshotsOfNode(node),
        parts.series.readLatest([node]),
      ]);
      const sample = latest.get(node);
      const [newest] = records;
      if (!newest && !sample)
        throw new ServiceError("notFound", `There is no node ${node.slice(0, 253)}.`);
      const summaries = await parts.library.summariesOf(records);
      const rows = records.map((record) => toRow(record, summaries.get(record.id)));
      const hostname = sample?.hostname ?? newest?.hostname;
      return {
        node,
        ...(hostname !== undefined && { hostname }),
        ...(sample && { sample }),
        snapshots: rows,
      };
    },
  };
}

async function withSummaries(
  parts: ListNodesParts,
  records: readonly NodeRecord[],
): Promise<NodeRow[]> {
  const pushing = records.flatMap(({ node, lastSampleAt }) => (lastSampleAt ? [node] : []));
  const [known, latest, verdicts] = await Promise.all([
    knownSummaries(parts, records),
    parts.series.readLatest(pushing),
    parts.nodeVerdicts.findVerdicts(pushing),
  ]);
  const rows: NodeRow[] = [];
  for (const record of records) {
    const { node, snapshotId } = record;
    const sample = latest.get(node);
    const ofLook =
      snapshotId === undefined
        ? undefined
        : (known.get(snapshotId) ?? (await judge(parts, snapshotId)));
    rows.push({ ...record, ...summaryOf(ofLook, sample, verdicts.get(node)) });
  }
  return rows;
}

async function knownSummaries(
  { reports, rulesVersion }: ListNodesParts,
  records: readonly NodeRecord[],
): Promise<ReadonlyMap<string, ReportSummary>> {
  const ids = records.flatMap(({ snapshotId }) => snapshotId ?? []);
  if (rulesVersion === undefined || ids.length === 0) return new Map();
  return reports.findSummaries(ids, rulesVersion);
}

/** After an update the new rules have not seen this snapshot yet. */
async function judge({ snapshots, library }: ListNodesParts, id: string): Promise<ReportSummary> {
  const found = await snapshots.findSnapshot(id);
  const summary = found && (await library.summariesOf([found])).get(id);
  return summary ?? { status: "insufficient", headline: "This snapshot cannot be read again." };
}

/** The verdict over time and the figures of the newest sample stand before those of the newest snapshot. */
function summaryOf(
  ofLook: ReportSummary | undefined,
  sample: Sample | undefined,
  verdict: NodeVerdictRecord | undefined,
): ReportSummary {
  const { bucket, ...said } = saidOf(verdict) ?? ofLook ?? UNJUDGED;
  return {
    ...said,
    ...(bucket !== undefined && { bucket }),
    ...(sample && figuresOf(sample)),
  };
}

const UNJUDGED: ReportSummary = {
  status: "insufficient",
  headline: "It sends samples; a verdict follows once there are enough of them.",
};

function saidOf(verdict: NodeVerdictRecord | undefined): ReportSummary | undefined {
  if (!verdict) return undefined;
  const { status, headline, bucket } = verdict;
  return { status, headline, ...(bucket !== undefined && { bucket }) };
}

/** What a present-day `free` calls used is what is not available. */
function figuresOf({ memTotal, available, buckets }: Sample) {
  return {
    memTotal,
    ...(available !== undefined && { used: memTotal - available }),
    ...(buckets.allocpage !== undefined && { unaccounted: buckets.allocpage }),
  };
}

function toRow(record: SnapshotRecord, summary: ReportSummary | undefined): SnapshotRow {
  const { id, takenAt, receivedAt, kind, fileName } = record;
  const { used: _, ...figures } = summary ?? {
    status: "insufficient" as const,
    headline: "This snapshot cannot be read again.",
    used: undefined,
  };
  return { id, ...(takenAt !== undefined && { takenAt }), receivedAt, kind, fileName, ...figures };
}

/** The cursor is the place in the list; anything else is the beginning. */
function readCursor(cursor: string | undefined): number {
  return cursor !== undefined && /^\d{1,9}$/.test(cursor) ? Number(cursor) : 0;
}
