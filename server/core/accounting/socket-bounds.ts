import type { ByteRange } from "../report";
import type { Snapshot } from "../snapshot";
import { type Bytes, KIB } from "../units";
import { isKernelAtLeast } from "./kernel-version";
import type { MergedSocket } from "./socket-merge";

/** Page fragments are cut from blocks of this size (net/core/sock.c, SKB_FRAG_PAGE_ORDER). */
const FRAGMENT_BLOCK = 32 * KIB;
/** Truesize that one slice costs at least when the sender runs on this host (measured 48 to 50). */
const LOCAL_SLICE_TRUESIZE = 48;
/** Truesize of one received slice on virtio-net: its receive buffer (measured on 5.10, 6.1, 6.12). */
const NIC_SLICE_TRUESIZE = 1_536;
/** Payload above which a received frame is not copied into the head (128 − 66 bytes of headers). */
const SMALLEST_PINNING_PAYLOAD = 62;
/** Truesize per segment up to which every segment was copied: nothing is pinned (measured 255). */
const COPIED_SEGMENT_TRUESIZE = 300;

/** How much one socket may keep, in bytes, with the arithmetic that gives the upper bound. */
export interface SocketBound {
  readonly retained: ByteRange;
  readonly slices?: number;
  readonly formula?: string;
}

/** Facts about the whole node that the bounds need. */
export interface BoundFacts {
  readonly blockBytes: Bytes;
  /** The receive path that was measured (5.10 to 6.12). Older ones split messages more finely. */
  readonly isMeasuredReceivePath: boolean;
  readonly isLocal: (socket: MergedSocket) => boolean;
}

/** Size of the block that one unread slice keeps, in bytes. */
function blockBytes(snapshot: Snapshot): Bytes {
  const { pageSize } = snapshot.node;
  return isHighOrderDisabled(snapshot) ? pageSize : Math.max(FRAGMENT_BLOCK, pageSize);
}

function isHighOrderDisabled(snapshot: Snapshot): boolean {
  const name = "net.core.high_order_alloc_disable";
  return snapshot.sysctl.some((source) => source.value.get(name)?.value.trim() === "1");
}

/**
 * From 7.x virtio-net takes receive slices from order-0 pages (measured on 7.2: 2.1 KiB per message),
 * so a slice from another host keeps one page there.
 */
export function blockFor(snapshot: Snapshot, facts: BoundFacts, socket: MergedSocket): Bytes {
  const { kernel, pageSize } = snapshot.node;
  const isNew = kernel !== undefined && isKernelAtLeast(kernel, 7, 0);
  return isNew && !facts.isLocal(socket) ? pageSize : facts.blockBytes;
}

export function boundFacts(snapshot: Snapshot, sockets: readonly MergedSocket[]): BoundFacts {
  const pairs = new Set(sockets.map((socket) => `${socket.local} ${socket.peer}`));
  const { kernel } = snapshot.node;
  return {
    blockBytes: blockBytes(snapshot),
    isMeasuredReceivePath: kernel !== undefined && isKernelAtLeast(kernel, 5, 10),
    isLocal: (socket) =>
      /^(127\.|\[?::1\]?:)/.test(socket.peer ?? "") || pairs.has(`${socket.peer} ${socket.local}`),
  };
}

/**
 * What a TCP socket's unread data may keep. At least what is charged to it; at most one block per
 * slice. The number of slices is bounded by the payload (each holds a byte or more) and by the
 * truesize charged beyond it (each costs some). `skmem` missing: by the payload alone.
 */
export function boundTcp(socket: MergedSocket, facts: BoundFacts, block: Bytes): SocketBound {
  const queue = socket.recvQ ?? 0;
  // Truesize is always more than the payload: a smaller number was not measured.
  const charged = (socket.skmem?.r ?? 0) > queue ? socket.skmem?.r : undefined;
  const lower = Math.max(charged ?? 0, queue) + (socket.skmem?.w ?? socket.sendQ ?? 0);
  if (queue === 0) return { retained: { lower, upper: lower } };
  const isMeasured = facts.isMeasuredReceivePath && !facts.isLocal(socket);
  const { slices, formula } = isMeasured
    ? receivedSlices(socket, queue, charged)
    : finestSlices(queue, charged);
  const upper = Math.max(lower, slices * block);
  return { retained: { lower, upper }, slices, formula: `${formula} × ${block / KIB} KiB` };
}

/** Valid everywhere: a slice holds a byte and costs 48 bytes of truesize at least. */
function finestSlices(queue: number, charged: Bytes | undefined) {
  if (charged === undefined)
    return { slices: queue, formula: `${queue} unread bytes, each a slice` };
  const slices = Math.min(queue, Math.floor(Math.max(0, charged - queue) / LOCAL_SLICE_TRUESIZE));
  return {
    slices,
    formula: `min(${queue} unread bytes, (${charged} − ${queue}) / ${LOCAL_SLICE_TRUESIZE}) = ${slices} slices`,
  };
}

function receivedSlices(socket: MergedSocket, queue: number, charged: Bytes | undefined) {
  if (charged === undefined) {
    const slices = Math.ceil(queue / SMALLEST_PINNING_PAYLOAD);
    return {
      slices,
      formula: `${queue} unread bytes / ${SMALLEST_PINNING_PAYLOAD} = ${slices} slices`,
    };
  }
  const segments = unreadSegments(socket, queue);
  if (segments !== undefined && charged / segments <= COPIED_SEGMENT_TRUESIZE) {
    return {
      slices: 0,
      formula: `${Math.round(charged / segments)} bytes per segment: copied, no slice kept`,
    };
  }
  const byTruesize = Math.ceil(charged / NIC_SLICE_TRUESIZE);
  const slices = Math.min(queue, byTruesize, segments ?? byTruesize);
  return {
    slices,
    formula: `min(${charged} / ${NIC_SLICE_TRUESIZE}${segments === undefined ? "" : `, ${segments} unread segments`}) = ${slices} slices`,
  };
}

/** Segments that carried what is still unread, shared out by bytes; absent without `ss -i` numbers. */
function unreadSegments(socket: MergedSocket, queue: number): number | undefined {
  const received = socket.info.get("bytes_received");
  const segments = socket.info.get("data_segs_in");
  if (!received || !segments) return undefined;
  return Math.max(1, Math.round((segments * Math.min(queue, received)) / received));
}
