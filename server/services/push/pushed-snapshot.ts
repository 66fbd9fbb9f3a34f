import type { Snapshot } from "../../core/snapshot";
import { snapshotOfTexts } from "../../ingest/push/read-push";
import type { PushStore } from "../../store/pushes";

export type PushedSnapshots = ReturnType<typeof createPushedSnapshots>;

/** The newest heavy push of each node as a snapshot, which the rules judge like any other. */
export function createPushedSnapshots(pushes: Pick<PushStore, "readTexts">) {
  return {
    /** Undefined where the node has pushed no heavy set, or nothing in it could be read. */
    async read(node: string): Promise<{ atMs: number; snapshot: Snapshot } | undefined> {
      const kept = await pushes.readTexts(node);
      const snapshot = kept && snapshotOfTexts(kept.texts, kept);
      return kept && snapshot ? { atMs: kept.atMs, snapshot } : undefined;
    },
  };
}
