import { quote } from "../evidence";
import type { SocketUser } from "../parse/socket";
import type { ByteRange } from "../report";
import type { Snapshot } from "../snapshot";
import { podOf } from "./pods";
import type { Process } from "./processes";
import { type BoundFacts, blockFor, boundFacts, boundTcp, type SocketBound } from "./socket-bounds";
import type { MergedSocket } from "./socket-merge";
import type { RetainedSocket } from "./socket-view";

interface Join {
  readonly snapshot: Snapshot;
  readonly processes: ReadonlyMap<number, Process>;
  readonly sockets: readonly MergedSocket[];
  readonly facts: BoundFacts;
  /** Bytes that wait at a unix socket, by its inode: charged to its senders. */
  readonly unixWaiting: ReadonlyMap<number, number>;
  readonly listeners: ReadonlyMap<string, MergedSocket>;
  readonly previous: ReadonlyMap<number, MergedSocket>;
}

/** Every socket that keeps something or has somebody waiting, with holder and bounds; largest first. */
export function retainSockets(
  snapshot: Snapshot,
  sockets: readonly MergedSocket[],
  context: {
    readonly processes: ReadonlyMap<number, Process>;
    readonly previous: readonly MergedSocket[];
  },
): readonly RetainedSocket[] {
  const join: Join = {
    snapshot,
    processes: context.processes,
    sockets,
    facts: boundFacts(snapshot, sockets),
    unixWaiting: unixWaiting(sockets),
    listeners: listenersByAddress(sockets),
    previous: new Map(context.previous.flatMap((each) => (each.inode ? [[each.inode, each]] : []))),
  };
  return sockets
    .filter((socket) => hasQueue(socket, join))
    .map((socket) => retainOne(socket, join))
    .sort((a, b) => b.retained.upper - a.retained.upper);
}

function hasQueue(socket: MergedSocket, join: Join): boolean {
  const own = (socket.recvQ ?? 0) + (socket.skmem?.r ?? 0) + (socket.skmem?.w ?? 0);
  const sending = socket.state === "LISTEN" || socket.family === "unix" ? 0 : (socket.sendQ ?? 0);
  return own + sending > 0 || join.unixWaiting.has(socket.inode ?? -1);
}

function retainOne(socket: MergedSocket, join: Join): RetainedSocket {
  const owner = ownerOf(socket, join);
  const bound = boundOf(socket, join);
  return {
    family: socket.family,
    retained: bound.retained,
    users: socket.users,
    ...queues(socket),
    ...(bound.slices === undefined ? {} : { slices: bound.slices }),
    ...(bound.formula ? { formula: bound.formula } : {}),
    ...(bound.slices ? { blockBytes: blockFor(join.snapshot, join.facts, socket) } : {}),
    ...addresses(socket),
    ...ownerFields(owner, join),
    ...(join.facts.isLocal(socket) ? { isPeerLocal: true } : {}),
    ...(isWaitingForAccept(socket, join) ? { isInAcceptQueue: true } : {}),
    ...(isUnread(socket, join) ? { isUnreadSincePreviousLook: true } : {}),
    evidence: quote(join.snapshot, socket, {
      text: "unread bytes in the receive queue",
      value: socket.recvQ ?? 0,
      unit: socket.state === "LISTEN" ? "count" : "bytes",
    }),
  };
}

function queues(socket: MergedSocket): Partial<RetainedSocket> {
  return {
    ...(socket.recvQ === undefined ? {} : { recvQ: socket.recvQ }),
    ...(socket.sendQ === undefined ? {} : { sendQ: socket.sendQ }),
    ...(socket.skmem ? { rmem: socket.skmem.r, wmem: socket.skmem.w } : {}),
    ...(socket.drops === undefined ? {} : { drops: socket.drops }),
  };
}

function addresses(socket: MergedSocket): Partial<RetainedSocket> {
  return {
    ...(socket.state ? { state: socket.state } : {}),
    ...(socket.local ? { local: socket.local } : {}),
    ...(socket.peer ? { peer: socket.peer } : {}),
    ...(socket.inode ? { inode: socket.inode } : {}),
    ...(socket.netns ? { netns: socket.netns } : {}),
  };
}

function ownerFields(owner: SocketUser | undefined, join: Join): Partial<RetainedSocket> {
  if (!owner) return {};
  const process = join.processes.get(owner.pid);
  const comm = process?.comm ?? owner.comm;
  const pod = process?.cgroup ? podOf(process.cgroup) : undefined;
  return {
    pid: owner.pid,
    ...(comm ? { comm } : {}),
    ...(owner.fd === undefined ? {} : { fd: owner.fd }),
    ...(process?.state ? { processState: process.state } : {}),
    ...(process?.cgroup ? { cgroup: process.cgroup } : {}),
    ...(pod ? { pod } : {}),
  };
}

function boundOf(socket: MergedSocket, join: Join): SocketBound {
  if (socket.state === "LISTEN") return { retained: { lower: 0, upper: 0 } };
  if (socket.family === "tcp") {
    return boundTcp(socket, join.facts, blockFor(join.snapshot, join.facts, socket));
  }
  if (socket.family === "unix") return boundUnix(socket, join);
  // UDP and the others: Recv-Q is truesize already.
  const charged = Math.max(socket.skmem?.r ?? 0, socket.recvQ ?? 0) + (socket.skmem?.w ?? 0);
  return { retained: exactly(charged) };
}

/** A reader's unread data is charged to its senders (`t`), and shows in no sockstat line. */
function boundUnix(socket: MergedSocket, join: Join): SocketBound {
  const waiting = join.unixWaiting.get(socket.inode ?? -1);
  if (waiting === undefined) return { retained: exactly(socket.recvQ ?? 0) };
  return {
    retained: exactly(Math.max(waiting, socket.recvQ ?? 0)),
    formula: `sum of skmem t of the sockets connected to inode ${socket.inode} = ${waiting}`,
  };
}

function exactly(bytes: number): ByteRange {
  return { lower: bytes, upper: bytes };
}

function unixWaiting(sockets: readonly MergedSocket[]): ReadonlyMap<number, number> {
  const waiting = new Map<number, number>();
  for (const socket of sockets) {
    const sent = socket.family === "unix" ? (socket.skmem?.t ?? 0) : 0;
    if (sent > 0 && socket.peerInode) {
      waiting.set(socket.peerInode, (waiting.get(socket.peerInode) ?? 0) + sent);
    }
  }
  return waiting;
}

function listenersByAddress(sockets: readonly MergedSocket[]): ReadonlyMap<string, MergedSocket> {
  const listening = sockets.filter(
    (socket) => socket.state === "LISTEN" && socket.family === "tcp",
  );
  // Several listeners may share a port (SO_REUSEPORT): the one with connections waiting counts.
  const byQueue = listening.sort((a, b) => (a.recvQ ?? 0) - (b.recvQ ?? 0));
  return new Map(
    byQueue.map((socket) => [`${socket.netns ?? ""} ${portOf(socket.local)}`, socket]),
  );
}

export function portOf(address: string | undefined): string {
  return address?.slice(address.lastIndexOf(":") + 1) ?? "";
}

/** Established, but no inode and no process: it still waits in a listener's accept queue. */
function isWaitingForAccept(socket: MergedSocket, join: Join): boolean {
  if (socket.family !== "tcp" || socket.inode || socket.users.length > 0) return false;
  if (socket.state !== "ESTAB" && socket.state !== "CLOSE-WAIT") return false;
  return listenerOf(socket, join) !== undefined;
}

function listenerOf(socket: MergedSocket, join: Join): MergedSocket | undefined {
  return join.listeners.get(`${socket.netns ?? ""} ${portOf(socket.local)}`);
}

/** The process to name: a stopped or blocked one first, since it cannot read; else the first holder. */
function ownerOf(socket: MergedSocket, join: Join): SocketUser | undefined {
  const users = isWaitingForAccept(socket, join)
    ? (listenerOf(socket, join)?.users ?? [])
    : socket.users;
  const inState = (letters: string): SocketUser | undefined =>
    users.find((user) => letters.includes(join.processes.get(user.pid)?.state ?? "-"));
  return inState("Tt") ?? inState("D") ?? users[0];
}

/** Two looks, the queue not shorter, and nothing read in between. */
function isUnread(socket: MergedSocket, join: Join): boolean {
  const before = join.previous.get(socket.inode ?? -1);
  if (!before?.recvQ || !socket.recvQ || socket.recvQ < before.recvQ) return false;
  const received = socket.info.get("bytes_received");
  const receivedBefore = before.info.get("bytes_received");
  if (received === undefined || receivedBefore === undefined) return socket.recvQ === before.recvQ;
  return received - receivedBefore === socket.recvQ - before.recvQ;
}
