import type { SnapshotReport } from "../core/report";
import type { HistoryPoint } from "../core/series/history";
import type { SeriesStore } from "../store/series";
import type { SnapshotRecord, SnapshotStore } from "../store/snapshots";
import type { InputReader } from "./input-reader";
import type { PushedSnapshots } from "./push/pushed-snapshot";
import type { ReportLibrary } from "./report-library";

export interface NodeMomentParts {
  readonly series: Pick<SeriesStore, "readHistory">;
  readonly snapshots: Pick<SnapshotStore, "snapshotsOfNode">;
  readonly library: Pick<ReportLibrary, "reportOf">;
  readonly pushedSnapshots: PushedSnapshots;
  readonly reader: Pick<InputReader, "judge">;
}

export interface MomentQuery {
  readonly node: string;
  /** ms since 1970. */
  readonly atMs: number;
  /** How far from it a sample or a snapshot may lie and still speak for it. */
  readonly reachMs: number;
}

type Judged = Pick<SnapshotReport, "verdict" | "findings">;

/** What is known of a node at one moment. Times are ms since 1970, UTC. */
export interface NodeMoment {
  readonly atMs: number;
  readonly reachMs: number;
  /** The full snapshot nearest to it, within reach: only it names causes and holders. */
  readonly snapshot?: { readonly id: string; readonly atMs: number; readonly report: Judged };
  /** Where none is within reach: the newest push with slab caches and socket queues, if that is. */
  readonly push?: { readonly atMs: number; readonly report: Judged };
  /** The sample nearest to it, within reach. */
  readonly sample?: HistoryPoint;
  /** The nearest snapshot at all where none is within reach. */
  readonly nearest?: { readonly id: string; readonly atMs: number };
}

/** A look at half a minute each: the density of agents, when the reach is the usual quarter of an hour. */
const POINTS = 62;

/** What the nearest snapshot and the nearest sample say of a moment. */
export function createNodeMoment(parts: NodeMomentParts) {
  const { series, snapshots, library, pushedSnapshots, reader } = parts;

  async function pushWithin({ node, atMs, reachMs }: MomentQuery): Promise<NodeMoment["push"]> {
    const pushed = await pushedSnapshots.read(node);
    if (!pushed || Math.abs(pushed.atMs - atMs) > reachMs) return undefined;
    const { verdict, findings } = reader.judge(pushed.snapshot);
    return { atMs: pushed.atMs, report: { verdict, findings } };
  }

  return async (query: MomentQuery): Promise<NodeMoment> => {
    const { node, atMs, reachMs } = query;
    const [history, records] = await Promise.all([
      series.readHistory({
        node,
        fromMs: Math.max(0, atMs - reachMs),
        toMs: atMs + reachMs,
        points: POINTS,
      }),
      snapshots.snapshotsOfNode(node),
    ]);
    const sample = nearestOf(history.points, atMs, (point) => point.atMs);
    const record = nearestOf(records, atMs, momentOf);
    const found = record && { id: record.id, atMs: momentOf(record) };
    const moment = { atMs, reachMs, ...(sample && { sample }) };
    if (record && found && Math.abs(found.atMs - atMs) <= reachMs) {
      const { verdict, findings } = await library.reportOf(record);
      return { ...moment, snapshot: { ...found, report: { verdict, findings } } };
    }
    const push = await pushWithin(query);
    return { ...moment, ...(push && { push }), ...(found && { nearest: found }) };
  };
}

function momentOf({ takenAt, receivedAt }: SnapshotRecord): number {
  return Date.parse(takenAt ?? receivedAt);
}

function nearestOf<T>(all: readonly T[], atMs: number, timeOf: (one: T) => number): T | undefined {
  let best: T | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const one of all) {
    const apart = Math.abs(timeOf(one) - atMs);
    if (apart < distance) [best, distance] = [one, apart];
  }
  return best;
}
