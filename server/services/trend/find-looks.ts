import { lookOf, type NodeLook } from "../../core/node-verdict/node-look";
import type { PushStore } from "../../store/pushes";
import type { SnapshotRecord, SnapshotStore } from "../../store/snapshots";
import type { InputReader } from "../input-reader";
import type { PushedSnapshots } from "../push/pushed-snapshot";
import type { ReportLibrary } from "../report-library";

export interface FindLooksParts {
  readonly pushes: Pick<PushStore, "heavyTimes">;
  readonly snapshots: Pick<SnapshotStore, "newestOfNodes">;
  readonly pushedSnapshots: PushedSnapshots;
  readonly library: Pick<ReportLibrary, "reportOf">;
  readonly reader: Pick<InputReader, "judge" | "rulesVersion">;
}

/** A full look that is there to be read. */
export interface LookSource {
  /** Changes with the look, and with the rules. */
  readonly key: string;
  readonly atMs: number;
  readonly snapshot?: SnapshotRecord;
}

/** The newest full look at each node: its last heavy push or its last snapshot. */
export function createFindLooks(parts: FindLooksParts) {
  const rules = parts.reader.rulesVersion ?? "";
  return {
    async newest(nodes: readonly string[]): Promise<ReadonlyMap<string, LookSource>> {
      const [pushed, stored] = await Promise.all([
        parts.pushes.heavyTimes(nodes),
        parts.snapshots.newestOfNodes(nodes),
      ]);
      const found = new Map<string, LookSource>();
      for (const node of nodes) {
        const source = newerOf(pushed.get(node), stored.get(node), rules);
        if (source) found.set(node, source);
      }
      return found;
    },

    /** Undefined where nothing in it can be read. */
    async read(node: string, { atMs, snapshot }: LookSource): Promise<NodeLook | undefined> {
      if (snapshot)
        return lookOf(await parts.library.reportOf(snapshot), { atMs, snapshotId: snapshot.id });
      const pushed = await parts.pushedSnapshots.read(node);
      return pushed && lookOf(parts.reader.judge(pushed.snapshot), { atMs: pushed.atMs });
    },
  };
}

function newerOf(
  pushedMs: number | undefined,
  snapshot: SnapshotRecord | undefined,
  rules: string,
): LookSource | undefined {
  const takenMs = snapshot && Date.parse(snapshot.takenAt ?? snapshot.receivedAt);
  if (snapshot && takenMs !== undefined && takenMs >= (pushedMs ?? Number.NEGATIVE_INFINITY))
    return { key: `snapshot ${snapshot.id} ${rules}`, atMs: takenMs, snapshot };
  return pushedMs === undefined ? undefined : { key: `push ${pushedMs} ${rules}`, atMs: pushedMs };
}
