import { quote } from "../evidence";
import { groupBy } from "../group-by";
import type { SlabCache } from "../parse/slabinfo";
import type { Snapshot } from "../snapshot";
import { type Bytes, pagesToBytes } from "../units";
import { composeMemory } from "./composition";
import { withMeminfo } from "./meminfo-fallback";
import { mergeProcesses } from "./processes";
import { retainSockets } from "./retained-sockets";
import { boundFacts } from "./socket-bounds";
import { socketCaveats } from "./socket-caveats";
import { groupByHolder } from "./socket-holders";
import { type MergedSocket, mergeSockets } from "./socket-merge";
import type { SocketView } from "./socket-view";
import { sockstatMemory, unexplainedAllocpage } from "./unexplained";

/** include/linux/skbuff.h, default of CONFIG_MAX_SKB_FRAGS. */
const MAX_SKB_FRAGS = 17;
const SKB_CACHES = ["skbuff_head_cache", "skbuff_fclone_cache", "skbuff_small_head"];

/**
 * All sockets of the snapshot with holders and bounds, in bytes; absent when the input has no socket
 * table and no sockstat. `unexplained` is the part of allocpage that sockstat does not own up to.
 */
export function composeSockets(snapshot: Snapshot, unexplained: Bytes): SocketView | undefined {
  const merged = mergeSockets(snapshot);
  if (merged.length === 0 && !snapshot.sockstat) return undefined;
  const processes = mergeProcesses(snapshot);
  const previous = snapshot.previous ? mergeSockets(snapshot.previous) : [];
  const sockets = retainSockets(snapshot, merged, { processes, previous });
  const connections = merged.filter((socket) => socket.state !== "LISTEN");
  const sum = (of: (socket: MergedSocket) => number): number =>
    connections.reduce((total, socket) => total + of(socket), 0);
  return {
    counts: countSockets(merged),
    recvQ: sum((socket) => socket.recvQ ?? 0),
    sendQ: sum((socket) => (socket.family === "tcp" ? (socket.sendQ ?? 0) : 0)),
    rmem: sum((socket) => socket.skmem?.r ?? 0),
    wmem: sum((socket) => socket.skmem?.w ?? 0),
    ...sockstatTotals(snapshot),
    ...boundBySkbs(snapshot),
    holders: groupByHolder(sockets, unexplained),
    sockets,
    caveats: socketCaveats(snapshot, merged),
  };
}

function countSockets(sockets: readonly MergedSocket[]): SocketView["counts"] {
  const states = groupBy(sockets, (socket) => socket.state ?? socket.family);
  const byState = [...states]
    .map(([state, members]) => ({ state, count: members.length }))
    .sort((a, b) => b.count - a.count);
  const withQueue = sockets.filter(
    (socket) => (socket.recvQ ?? 0) > 0 && socket.state !== "LISTEN",
  );
  return { total: sockets.length, withQueue: withQueue.length, byState };
}

function sockstatTotals(snapshot: Snapshot): Pick<SocketView, "sockstatTcp" | "sockstatUdp"> {
  const tcp = sockstatMemory(snapshot, "TCP.mem");
  const udp = sockstatMemory(snapshot, "UDP.mem");
  return { ...(tcp ? { sockstatTcp: tcp } : {}), ...(udp ? { sockstatUdp: udp } : {}) };
}

/**
 * What the skbs of the node can keep at most, in bytes: each has a head and up to 17 fragments
 * (MAX_SKB_FRAGS), each in another block. 15,033 skbs × (1 + 17) × 8 pages × 4 KiB = 8.26 GiB.
 *
 * SLUB may merge skbuff_fclone_cache under another name; since 6.2 skbuff_small_head, of which nearly
 * every skb has one, tells how many there are all the same. Without either the count is incomplete.
 */
function boundBySkbs(snapshot: Snapshot): Pick<SocketView, "skbBound"> {
  const file = snapshot.slab?.file;
  const caches = snapshot.slab?.value.filter((cache) => SKB_CACHES.includes(cache.name)) ?? [];
  if (!file || caches.length === 0) return {};
  const { pageSize } = snapshot.node;
  const skbs = countSkbs(caches);
  const blockPages = boundFacts(snapshot, []).blockBytes / pageSize;
  const pagesPerSkb = (1 + MAX_SKB_FRAGS) * blockPages;
  return {
    skbBound: {
      skbs,
      pagesPerSkb,
      bytes: pagesToBytes(skbs * pagesPerSkb, pageSize),
      formula: `${skbs} skbs × (1 + ${MAX_SKB_FRAGS}) × ${blockPages} pages × ${pageSize} bytes`,
      isComplete: caches.some((cache) => cache.name !== "skbuff_head_cache"),
      evidence: [...caches]
        .sort((a, b) => b.activeObjects - a.activeObjects)
        .map((cache) =>
          quote(
            snapshot,
            { file, line: cache.line },
            { text: `${cache.name} active`, value: cache.activeObjects, unit: "count" },
          ),
        ),
    },
  };
}

function countSkbs(caches: readonly SlabCache[]): number {
  const active = (name: string): number =>
    caches.find((cache) => cache.name === name)?.activeObjects ?? 0;
  const descriptors = active("skbuff_head_cache") + active("skbuff_fclone_cache");
  return Math.max(descriptors, active("skbuff_small_head"));
}

/** The socket view of a snapshot on its own. */
export function viewSockets(given: Snapshot): SocketView | undefined {
  const snapshot = withMeminfo(given);
  return composeSockets(snapshot, unexplainedAllocpage(snapshot, composeMemory(snapshot)));
}
