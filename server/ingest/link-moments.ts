import type { Snapshot } from "../core/snapshot";

/**
 * Puts the snapshots of one input in order, oldest first, and tells each the moment before it of the same node.
 * Where times are unknown the names decide ("1-before", "2-after", "day10" behind "day9").
 */
export function linkMoments(looks: readonly (readonly Snapshot[])[]): readonly Snapshot[] {
  const ordered = [...looks].sort((a, b) => compareTimes(a[0], b[0]));
  const lastOfNode: Snapshot[] = [];
  return ordered.flat().map((snapshot) => {
    const at = lastOfNode.findIndex((other) => isSameNode(other, snapshot));
    const previous = at < 0 ? undefined : lastOfNode[at];
    const linked = previous ? { ...snapshot, previous: withoutTexts(previous) } : snapshot;
    lastOfNode.splice(at < 0 ? lastOfNode.length : at, 1, linked);
    return linked;
  });
}

/** A chain of moments would keep every text of the series in memory through each of its links. */
function withoutTexts(snapshot: Snapshot): Snapshot {
  if (!snapshot.previous) return snapshot;
  return { ...snapshot, previous: { ...snapshot.previous, texts: NO_TEXTS } };
}
const NO_TEXTS: Snapshot["texts"] = new Map();

function compareTimes(a: Snapshot | undefined, b: Snapshot | undefined): number {
  const left = a?.node.takenAt;
  const right = b?.node.takenAt;
  if (left === undefined || right === undefined || left === right) return 0;
  return left < right ? -1 : 1;
}

/** The same host name; without one, the same kernel and about the same RAM. */
function isSameNode(a: Snapshot, b: Snapshot): boolean {
  if (a.node.hostname !== undefined || b.node.hostname !== undefined) {
    return a.node.hostname === b.node.hostname;
  }
  if (a.node.kernel !== b.node.kernel) return false;
  const left = totalOf(a);
  const right = totalOf(b);
  return left !== undefined && right !== undefined && Math.abs(left - right) <= left / 10;
}

function totalOf(snapshot: Snapshot): number | undefined {
  return snapshot.meminfo?.value.get("MemTotal")?.value;
}
