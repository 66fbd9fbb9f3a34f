import { quote } from "../evidence";
import type { Snapshot } from "../snapshot";
import type { Holding } from "./holding";
import { type MergedSocket, mergeSockets } from "./socket-merge";

/** Packet sockets: those whose ring is known, largest first, and those of which nothing says whether they have one. */
export interface PacketRings {
  readonly sized: readonly Holding[];
  readonly unsized: readonly Holding[];
}

/**
 * Rings of AF_PACKET sockets. `ss -i` prints them; else the mapping of the reader shows one. Their pages are charged to
 * nothing, neither Rmem nor a cgroup (net/packet/af_packet.c alloc_pg_vec).
 */
export function packetRings(snapshot: Snapshot): PacketRings {
  const sockets = mergeSockets(snapshot).filter((socket) => socket.family === "packet");
  const mapped = mappingsByInode(snapshot);
  const all = sockets.map((socket) => toHolding(snapshot, socket, mapped.get(socket.inode ?? -1)));
  const sized = all.filter((holding) => holding.bytes.upper > 0);
  return {
    sized: sized.sort((a, b) => b.bytes.upper - a.bytes.upper),
    unsized: all.filter((holding) => holding.bytes.upper === 0),
  };
}

interface Mapped {
  readonly bytes: number;
  readonly file: string;
  readonly line: number;
}

/** Mapped bytes by socket inode; several processes may map the same ring, which is counted once. */
function mappingsByInode(snapshot: Snapshot): ReadonlyMap<number, Mapped> {
  const largest = new Map<number, Mapped>();
  for (const { file, value } of snapshot.kernelMappings) {
    for (const { target, inode, bytes, line } of value) {
      if (target.startsWith("socket:") && bytes > (largest.get(inode)?.bytes ?? 0))
        largest.set(inode, { bytes, file, line });
    }
  }
  return largest;
}

function toHolding(snapshot: Snapshot, socket: MergedSocket, mapped: Mapped | undefined): Holding {
  const bytes = socket.ring ?? mapped?.bytes ?? 0;
  const at = socket.ring === undefined && mapped ? mapped : socket;
  const [user] = socket.users;
  return {
    bytes: { lower: bytes, upper: bytes },
    count: 1,
    ...(user && { pid: user.pid, ...(user.comm && { comm: user.comm }) }),
    ...(user?.fd !== undefined && { fd: user.fd }),
    ...(socket.inode ? { inode: socket.inode } : {}),
    ...(socket.local && { name: socket.local }),
    evidence: quote(snapshot, at, {
      text: bytes > 0 ? "ring of a packet socket" : "packet socket, ring not shown",
      value: bytes > 0 ? bytes : 1,
      unit: bytes > 0 ? "bytes" : "count",
      ...(socket.ring === undefined ? {} : { formula: "blk_size × blk_nr, receive and transmit" }),
    }),
  };
}
