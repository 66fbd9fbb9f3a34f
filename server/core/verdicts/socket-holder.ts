import type { RetainedSocket, SocketHolder } from "../accounting/socket-view";
import type { Holder } from "../report";
import type { Bytes } from "../units";

const PROCESSES_NAMED = 5;
const SOCKETS_NAMED = 10;

/** "nginx (pid 1163, stopped)": the process as a sentence names it. */
export function processName(holder: Pick<SocketHolder, "comm" | "pid" | "state">): string {
  const state = stateWord(holder.state);
  const pid = holder.pid === undefined ? "" : ` (pid ${holder.pid}${state ? `, ${state}` : ""})`;
  return `${holder.comm ?? (holder.pid === undefined ? "no known process" : "a process")}${pid}`;
}

/** Process states in which nothing is read. */
function stateWord(state: string | undefined): string | undefined {
  if (state === "T" || state === "t") return "stopped";
  return state === "D" ? "blocked" : undefined;
}

/** The processes, largest first, then their largest sockets; no bound is shown above `ceiling` bytes. */
export function holdersOf(
  groups: readonly SocketHolder[],
  sockets: readonly RetainedSocket[],
  ceiling: Bytes,
): readonly Holder[] {
  const processes = groups.slice(0, PROCESSES_NAMED).map((group) => {
    const largest = sockets.find((socket) => socket.pid === group.pid);
    return processHolder(group, largest, ceiling);
  });
  const largest = sockets.slice(0, SOCKETS_NAMED).map((socket) => socketHolder(socket, ceiling));
  return [...processes, ...largest];
}

/** fd and address are those of the process's largest socket. */
function processHolder(
  group: SocketHolder,
  largest: RetainedSocket | undefined,
  ceiling: Bytes,
): Holder {
  const { pid, comm, state, pod, cgroup } = group;
  const { fd, local } = largest ?? {};
  return {
    kind: "process",
    ...defined({ pid, comm, state, fd, local, pod, cgroup }),
    name: describeHolder(group),
    count: group.socketCount,
    bytes: {
      lower: Math.min(ceiling, group.retained.lower),
      upper: Math.min(ceiling, group.retained.upper),
    },
    evidence: group.evidence,
  };
}

function socketHolder(socket: RetainedSocket, ceiling: Bytes): Holder {
  const { pid, comm, fd, inode, local, peer, pod, cgroup } = socket;
  return {
    kind: "socket",
    ...defined({ pid, comm, state: socket.processState, fd, inode, local, peer, pod, cgroup }),
    bytes: {
      lower: Math.min(ceiling, socket.retained.lower),
      upper: Math.min(ceiling, socket.retained.upper),
    },
    evidence: [socket.evidence],
  };
}

function defined(
  fields: { readonly [K in keyof Holder]?: Holder[K] | undefined },
): Partial<Holder> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** "30 sockets on port 18080, 2 connections waiting in its accept queue". */
function describeHolder({ socketCount, ports, waitingConnections: waiting }: SocketHolder): string {
  const sockets = `${socketCount} ${socketCount === 1 ? "socket" : "sockets"} on port ${ports.join(", ")}`;
  if (waiting === 0) return sockets;
  return `${sockets}, ${waiting} ${waiting === 1 ? "connection" : "connections"} waiting in its accept queue`;
}
