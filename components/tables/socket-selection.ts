import type { RetainedSocket } from "@/server/core/accounting/socket-view";

export const SOCKETS_PER_PAGE = 200;

export interface SocketSelection {
  readonly search?: string | undefined;
  /** A state of `countStates`, or undefined for all. */
  readonly state?: string | undefined;
  /** Only sockets from which nothing was read between two looks. */
  readonly isUnreadOnly: boolean;
  /** From 1. */
  readonly page: number;
}

export interface SelectedSockets {
  readonly rows: readonly RetainedSocket[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
}

/** One page of the sockets a reader asked for, in the order they came: by what they may retain. */
export function selectSockets(
  sockets: readonly RetainedSocket[],
  selection: SocketSelection,
): SelectedSockets {
  const wanted = selection.search?.toLowerCase();
  const chosen = sockets.filter(
    (socket) =>
      (selection.state === undefined || stateOf(socket) === selection.state) &&
      (!selection.isUnreadOnly || socket.isUnreadSincePreviousLook === true) &&
      (wanted === undefined || textOf(socket).includes(wanted)),
  );
  const pages = Math.max(1, Math.ceil(chosen.length / SOCKETS_PER_PAGE));
  const page = Math.min(selection.page, pages);
  const from = (page - 1) * SOCKETS_PER_PAGE;
  return { rows: chosen.slice(from, from + SOCKETS_PER_PAGE), total: chosen.length, page, pages };
}

/** How many of the sockets are in which state, the most frequent first. */
export function countStates(
  sockets: readonly RetainedSocket[],
): readonly { readonly state: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const socket of sockets) {
    const state = stateOf(socket);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...counts].map(([state, count]) => ({ state, count })).sort((a, b) => b.count - a.count);
}

/** What a socket is counted under: its state, or its family where it has none (netlink, packet). */
function stateOf(socket: RetainedSocket): string {
  return socket.state ?? socket.family;
}

function textOf(socket: RetainedSocket): string {
  const users = socket.users.map(({ comm, pid }) => `${comm} ${pid}`);
  return [
    socket.family,
    socket.local,
    socket.peer,
    socket.comm,
    socket.pid,
    socket.inode,
    socket.pod,
    socket.cgroup,
    ...users,
  ]
    .join("\n")
    .toLowerCase();
}
