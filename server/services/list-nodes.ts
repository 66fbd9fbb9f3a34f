import type { NodeRecord, NodeStore } from "../store/nodes";
import type { ReportStore, ReportSummary } from "../store/reports";
import type { SeriesStore } from "../store/series";
import type { SnapshotRecord, SnapshotStore } from "../store/snapshots";
import type { ReportLibrary } from "./report-library";
import { ServiceError } from "./service-error";

/** A node in the list: its newest snapshot in figures. Sizes are bytes, times ISO 8601 in UTC. */
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

    /** One node with its snapshots, newest first; none of a node whose agent has only pushed. */
    async get(node: string) {
      const records = await parts.snapshots.snapshotsOfNode(node);
      const pushed = (await parts.series.readLatest([node])).get(node);
      if (records.length === 0 && !pushed)
        throw new ServiceError("notFound", `There is no node ${node.slice(0, 253)}.`);
      const summaries = await parts.library.summariesOf(records);
      const rows = records.map((record) => toRow(record, summaries.get(record.id)));
      const hostname = pushed?.hostname ?? records[0]?.hostname;
      return { node, ...(hostname !== undefined && { hostname }), snapshots: rows };
    },
  };
}

async function withSummaries(
  { reports, library, snapshots, rulesVersion }: ListNodesParts,
  records: readonly NodeRecord[],
): Promise<NodeRow[]> {
  const ids = records.map(({ snapshotId }) => snapshotId);
  const known =
    rulesVersion === undefined || ids.length === 0
      ? new Map<string, ReportSummary>()
      : await reports.findSummaries(ids, rulesVersion);
  const rows: NodeRow[] = [];
  for (const record of records) {
    const summary = known.get(record.snapshotId) ?? (await judge(record.snapshotId));
    rows.push({ ...record, ...summary });
  }
  return rows;

  /** After an update the new rules have not seen this snapshot yet. */
  async function judge(id: string): Promise<ReportSummary> {
    const found = await snapshots.findSnapshot(id);
    const summary = found && (await library.summariesOf([found])).get(id);
    return summary ?? { status: "insufficient", headline: "This snapshot cannot be read again." };
  }
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
