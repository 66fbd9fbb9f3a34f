import type { PushStore } from "../../store/pushes";

export interface RequestParts {
  readonly pushes: Pick<PushStore, "insertRequest" | "openRequests">;
  readonly now: () => number;
}

/** A request that no agent answers ends by itself. */
const OPEN_MS = 24 * 3_600_000;
/** Two servers on one store tell each other of requests this often. */
const REFRESH_MS = 1000;
/** An agent that was told takes some seconds; one whose snapshots arrive under another name must not take them for ever. */
const TELL_AGAIN_MS = 60_000;

export type SnapshotRequests = ReturnType<typeof createSnapshotRequests>;

/** Full snapshots that people ask for; the agent learns of it with the answer to its next push. */
export function createSnapshotRequests({ pushes, now }: RequestParts) {
  let open: ReadonlyMap<string, number> = new Map();
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<void> | undefined;
  const toldAt = new Map<string, number>();

  async function readOpen(): Promise<void> {
    // By the machine's own clock, which no test hurries.
    refreshedAt = performance.now();
    open = await pushes.openRequests(now() - OPEN_MS);
    for (const node of toldAt.keys()) if (!open.has(node)) toldAt.delete(node);
  }

  function refresh(): Promise<void> {
    refreshing ??= readOpen().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  return {
    async request(node: string): Promise<void> {
      await pushes.insertRequest(node, now());
      await refresh();
    },

    /** When a snapshot was asked for that has not arrived; undefined when none is awaited. */
    async requestedAt(node: string): Promise<number | undefined> {
      await refresh();
      return open.get(node);
    },

    /** Whether to tell the agent of this node now. */
    async tell(node: string): Promise<boolean> {
      if (performance.now() - refreshedAt > REFRESH_MS) await refresh();
      if (!open.has(node)) return false;
      const last = toldAt.get(node);
      if (last !== undefined && performance.now() - last < TELL_AGAIN_MS) return false;
      toldAt.set(node, performance.now());
      return true;
    },
  };
}
