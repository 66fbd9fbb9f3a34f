import type { ByteRange, Evidence } from "../report";
import type { Bytes } from "../units";

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
