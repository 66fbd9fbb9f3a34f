import { groupBy } from "../group-by";
import type { Bytes } from "../units";
import { portOf } from "./retained-sockets";
import type { RetainedSocket, SocketHolder } from "./socket-view";

const PORTS_SHOWN = 5;
const LINES_SHOWN = 3;

/**
 * Sockets grouped by the process that should read them, largest upper bound first. `unexplained`
 * (bytes) is shared out by charged bytes, because the bounds may exceed what is there.
 */
export function groupByHolder(
  sockets: readonly RetainedSocket[],
  unexplained: Bytes,
): readonly SocketHolder[] {
  const groups = groupBy(sockets, (socket) => socket.pid);
  const pinning = pinned(sockets);
  return [...groups]
    .map(([pid, members]) => holder(pid, members, shareOf(members, pinning, unexplained)))
    .sort((a, b) => b.retained.upper - a.retained.upper || b.recvQ - a.recvQ);
}

/** Weight of the sockets that can pin blocks: what is charged to their receive queues. */
function pinned(sockets: readonly RetainedSocket[]): Bytes {
  return sum(sockets, (socket) => (socket.slices ? weight(socket) : 0));
}

function weight(socket: RetainedSocket): number {
  return socket.rmem ?? socket.recvQ ?? 0;
}

function shareOf(
  members: readonly RetainedSocket[],
  pinning: Bytes,
  unexplained: Bytes,
): Bytes | undefined {
  if (pinning === 0 || unexplained === 0) return undefined;
  return Math.round((unexplained * pinned(members)) / pinning);
}

function holder(
  pid: number | undefined,
  members: readonly RetainedSocket[],
  share: Bytes | undefined,
): SocketHolder {
  const [first] = members;
  const connections = members.filter((socket) => socket.state !== "LISTEN");
  return {
    ...(pid === undefined ? {} : { pid }),
    ...(first?.comm ? { comm: first.comm } : {}),
    ...(first?.processState ? { state: first.processState } : {}),
    ...(first?.cgroup ? { cgroup: first.cgroup } : {}),
    ...(first?.pod ? { pod: first.pod } : {}),
    socketCount: connections.length,
    waitingConnections: waitingConnections(members),
    recvQ: sum(connections, (socket) => socket.recvQ ?? 0),
    sendQ: sum(connections, (socket) => socket.sendQ ?? 0),
    retained: {
      lower: sum(members, (socket) => socket.retained.lower),
      upper: sum(members, (socket) => socket.retained.upper),
    },
    ...(share === undefined ? {} : { shareOfUnexplained: share }),
    ports: [...new Set(members.map((socket) => portOf(socket.local)))].slice(0, PORTS_SHOWN),
    evidence: members.slice(0, LINES_SHOWN).map((socket) => socket.evidence),
  };
}

/** Seen one by one where the tables show them, else as the listener's Recv-Q. */
function waitingConnections(members: readonly RetainedSocket[]): number {
  const seen = members.filter((socket) => socket.isInAcceptQueue).length;
  const counted = sum(members, (socket) => (socket.state === "LISTEN" ? (socket.recvQ ?? 0) : 0));
  return Math.max(seen, counted);
}

function sum(sockets: readonly RetainedSocket[], of: (socket: RetainedSocket) => number): number {
  return sockets.reduce((total, socket) => total + of(socket), 0);
}
