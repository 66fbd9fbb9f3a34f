import { bucketBytes } from "../accounting/buckets";
import { groupByHolder } from "../accounting/socket-holders";
import type { RetainedSocket, SocketView } from "../accounting/socket-view";
import { formatBytes } from "../format-bytes";
import type { Evidence, Holder } from "../report";
import type { Bytes } from "../units";
import type { Diagnosis } from "./diagnosis";
import type { Excluded, Found } from "./rule";
import { holdersOf } from "./socket-holder";
import { ownerStatus, type SizeStatus } from "./thresholds";

/** Sockets of one kind that a rule looks at, with their holders. */
export interface SocketSet {
  readonly sockets: readonly RetainedSocket[];
  readonly bytes: Bytes;
  readonly holders: readonly Holder[];
  readonly main?: Holder;
  readonly evidence: readonly Evidence[];
}

/** The sockets for which `bytesOf` is above zero, largest first, and the processes that hold them. */
export function collectSockets(
  view: SocketView,
  bytesOf: (socket: RetainedSocket) => Bytes,
): SocketSet {
  const sockets = view.sockets
    .filter((socket) => bytesOf(socket) > 0)
    .sort((a, b) => bytesOf(b) - bytesOf(a));
  const bytes = sockets.reduce((sum, socket) => sum + bytesOf(socket), 0);
  const holders = holdersOf(groupByHolder(sockets, 0), sockets, bytes);
  const [main] = holders;
  return {
    sockets,
    bytes,
    holders,
    ...(main ? { main } : {}),
    evidence: sockets.slice(0, 3).map((socket) => ({ ...socket.evidence, value: bytesOf(socket) })),
  };
}

/** A queue whose owner is known and that is large enough is held; a smaller one is to be watched. */
export function queueStatus(size: SizeStatus, main: Holder | undefined): Found["status"] {
  if (size !== "suspect") return "watch";
  return main?.pid === undefined ? "suspect" : "held";
}

/** Where pages are missing, queues that are too small to hold them are worth saying so. */
export function excludeSmall(
  { sockets, unexplained, memTotal }: Diagnosis,
  title: string,
  bytes: Bytes,
): Excluded | undefined {
  if (!sockets?.counts.total || !ownerStatus(unexplained, memTotal)) return undefined;
  const why = `${title}: ${formatBytes(bytes)} in all, ${formatBytes(unexplained)} are missing`;
  return { excluded: { why, upper: bytes } };
}

/** Caches that heads and data of packets come from. */
const PACKET_CACHES = /^(?:kmalloc-|skbuff_|size-)/;

/**
 * Where queued data lies: small packets in slab, whole pages of large ones in no counter. Decided by what the slab can hold.
 */
export function placeOfQueue(
  { slab, composition }: Diagnosis,
  bytes: Bytes,
): "allocpage" | "slabUnreclaimable" {
  const rows = slab?.rows.filter(({ name }) => PACKET_CACHES.test(name));
  const inCaches = rows?.reduce((sum, row) => sum + row.bytes, 0);
  if (!composition) {
    const isElsewhere = slab?.isComplete && inCaches !== undefined && inCaches < bytes * 0.5;
    return isElsewhere ? "allocpage" : "slabUnreclaimable";
  }
  const inSlab =
    inCaches === undefined
      ? bucketBytes(composition, "slabUnreclaimable")
      : inCaches + (slab?.largeKmalloc?.value ?? 0);
  const inPages = bucketBytes(composition, "allocpage");
  return inSlab < bytes * 0.5 && inPages > inSlab ? "allocpage" : "slabUnreclaimable";
}
