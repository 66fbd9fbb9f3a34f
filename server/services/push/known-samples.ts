import { LRUCache } from "lru-cache";
import type { Sample } from "../../core/series/sample";
import type { SampleKey, SampleStore } from "../../store/samples";
import type { SeriesStore } from "../../store/series";
import { type Seen, seenNext } from "./node-changes";

export interface KnownParts {
  readonly samples: Pick<SampleStore, "knownKeys">;
  readonly series: Pick<SeriesStore, "readLatest">;
  readonly now: () => number;
}

interface KnownNode {
  /** Every sample that stands in the store at or after this moment is in `keys`. */
  sinceMs: number;
  keys: SampleKey[];
  last?: Seen;
}

/** The first look at a node goes so far back; what is older is looked up when it comes. */
const WINDOW_MS = 3_600_000;
/** A sample that is sent again may be moved otherwise than the first time, when its node's clock is off. */
const SLACK_MS = 600_000;
const MOST_NODES = 20_000;
// A day and a half at 30 s. A node that pushes in order is forgotten back to a quarter of it, 5 KB.
const MOST_KEYS = 4096;
const USUAL_KEYS = 240;

/** Which samples of a node are in the store: from memory, and from the store where memory does not reach. */
export function createKnownSamples({ samples, series, now }: KnownParts) {
  const nodes = new LRUCache<string, KnownNode>({ max: MOST_NODES });

  async function meet(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const latest = await series.readLatest(names);
    for (const name of names) {
      const newest = latest.get(name);
      // Nothing is known yet: the span that `reach` must look up begins here.
      nodes.set(name, {
        sinceMs: Number.POSITIVE_INFINITY,
        keys: [],
        ...(newest && { last: seenNext(undefined, newest) }),
      });
    }
  }

  /** Makes memory reach back to each node's earliest sample of the batch. */
  async function reach(earliest: ReadonlyMap<string, number>): Promise<void> {
    const usual: string[] = [];
    const recentMs = now() - WINDOW_MS;
    for (const [name, fromMs] of earliest) {
      if (fromMs >= sinceOf(name)) continue;
      // A spool of hours is looked up alone: its span must not be read of all the others.
      if (fromMs - SLACK_MS < recentMs) await load([name], fromMs - SLACK_MS);
      else usual.push(name);
    }
    if (usual.length > 0) await load(usual, recentMs);
  }

  async function load(names: readonly string[], fromMs: number): Promise<void> {
    const found = await samples.knownKeys({ nodes: names, fromMs, toMs: MAX_TIME_MS });
    for (const name of names) {
      const node = nodes.get(name);
      if (!node) continue;
      node.keys = [...(found.get(name) ?? [])];
      node.sinceMs = fromMs;
    }
  }

  function sinceOf(name: string): number {
    return nodes.peek(name)?.sinceMs ?? Number.POSITIVE_INFINITY;
  }

  return {
    /** Reads from the store what is not known of these nodes: what stands at their newest samples. */
    async meetNodes(names: Iterable<string>): Promise<void> {
      await meet([...new Set(names)].filter((name) => !nodes.has(name)));
    },

    reach,

    lastOf: (name: string): Seen | undefined => nodes.get(name)?.last,

    find({ node, bootId, takenAtMs }: Sample): SampleKey | undefined {
      const keys = nodes.get(node)?.keys ?? [];
      const found = keys.filter((key) => key.takenAtMs === takenAtMs && key.bootId === bootId);
      return found.find(({ isWhole }) => isWhole) ?? found[0];
    },

    add(sample: Sample): void {
      const node = nodes.get(sample.node);
      if (!node) return;
      const { bootId, takenAtMs, atMs } = sample;
      node.keys.push({ bootId, takenAtMs, atMs, isWhole: true });
      node.last = seenNext(node.last, sample);
      forgetOld(node, now());
    },

    /** After a failure nobody knows what was written: the store is asked again. */
    forget(names: Iterable<string>): void {
      for (const name of names) nodes.delete(name);
    },
  };
}

const MAX_TIME_MS = 4_102_444_800_000; // 2100: later than any sample that is kept

function forgetOld(node: KnownNode, nowMs: number): void {
  // A spool that is being sent is older than the window: its keys stay until it is through.
  const limit = node.sinceMs < nowMs - 2 * WINDOW_MS ? MOST_KEYS : USUAL_KEYS;
  if (node.keys.length <= limit) return;
  const newestFirst = node.keys.sort((a, b) => b.atMs - a.atMs);
  node.keys = newestFirst.slice(0, limit / 2);
  node.sinceMs = (node.keys.at(-1)?.atMs ?? node.sinceMs) + 1;
}
