import { quote } from "../evidence";
import { groupBy } from "../group-by";
import type { SlabCache } from "../parse/slabinfo";
import type { ByteRange, Evidence } from "../report";
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
import { sockstatMemory, unexplainedAllocpage } from "./unexplained";

/** include/linux/skbuff.h, default of CONFIG_MAX_SKB_FRAGS. */
const MAX_SKB_FRAGS = 17;
const SKB_CACHES = ["skbuff_head_cache", "skbuff_fclone_cache", "skbuff_small_head"];

/** One socket with what it may keep in memory. Sizes in bytes. */
export interface RetainedSocket {
  readonly family: string;
  readonly state?: string;
  readonly local?: string;
  readonly peer?: string;
  /** Unread payload (TCP) or truesize (UDP), as printed. For LISTEN: connections waiting. */
  readonly recvQ?: number;
  readonly sendQ?: number;
  /** skmem r and w: truesize charged to the receive and write queue. */
  readonly rmem?: Bytes;
  readonly wmem?: Bytes;
  /** Unread slices estimated from the queue: each may pin one block of blockBytes. */
  readonly slices?: number;
  readonly blockBytes?: Bytes;
  /** At least what is charged, at most slices × blockBytes. */
  readonly retained: ByteRange;
  /** The arithmetic of the upper bound, with the numbers put in. */
  readonly formula?: string;
  readonly inode?: number;
  readonly pid?: number;
  readonly comm?: string;
  readonly fd?: number;
  readonly processState?: string;
  /** All holders when several processes share the socket. */
  readonly users: readonly { readonly comm: string; readonly pid: number; readonly fd?: number }[];
  readonly cgroup?: string;
  readonly pod?: string;
  readonly netns?: string;
  /** The other end is on this host too. */
  readonly isPeerLocal?: boolean;
  /** Set when nobody has accepted the connection: the listener's owner is to blame. */
  readonly isInAcceptQueue?: boolean;
  /** True when two looks show the same queue and no byte was read between them. */
  readonly isUnreadSincePreviousLook?: boolean;
  readonly drops?: number;
  readonly evidence: Evidence;
}

/** Sockets of one process (or of one listener whose accept queue is full). */
export interface SocketHolder {
  readonly pid?: number;
  readonly comm?: string;
  readonly state?: string;
  readonly cgroup?: string;
  readonly pod?: string;
  readonly socketCount: number;
  /** Connections waiting in its accept queues, included in socketCount. */
  readonly waitingConnections: number;
  readonly recvQ: Bytes;
  readonly sendQ: Bytes;
  readonly retained: ByteRange;
  /** Its share of the unexplained part when shared out by charged truesize; absent when nothing is unexplained. */
  readonly shareOfUnexplained?: Bytes;
  readonly ports: readonly string[];
  readonly evidence: readonly Evidence[];
}

export interface SocketView {
  readonly counts: {
    readonly total: number;
    readonly withQueue: number;
    readonly byState: readonly { readonly state: string; readonly count: number }[];
  };
  readonly recvQ: Bytes;
  readonly sendQ: Bytes;
  readonly rmem: Bytes;
  readonly wmem: Bytes;
  /** sockstat "TCP: mem" in bytes. */
  readonly sockstatTcp?: Evidence;
  readonly sockstatUdp?: Evidence;
  /** active skbs × (1 + 17) × 2^order pages: what the skbs of the node can keep at most. */
  readonly skbBound?: {
    readonly skbs: number;
    readonly pagesPerSkb: number;
    readonly bytes: Bytes;
    readonly formula: string;
    /** False when packets sent by this host may be counted under another cache's name. */
    readonly isComplete: boolean;
    readonly evidence: readonly Evidence[];
  };
  readonly holders: readonly SocketHolder[];
  /** By retained upper bound, largest first. */
  readonly sockets: readonly RetainedSocket[];
  /** Sentences about what could not be seen: other namespaces, no pids, no skmem. */
  readonly caveats: readonly string[];
}

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
