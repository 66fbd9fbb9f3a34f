import type { SocketRow, SocketUser } from "../parse/socket";
import type { Snapshot, SocketTable } from "../snapshot";

/** One socket, however many tables show it. `file` and `line` are those of its most telling row. */
export interface MergedSocket extends SocketRow {
  readonly file: string;
  readonly netns?: string;
}

const RANK: Record<SocketTable["via"], number> = { ss: 0, netstat: 1, proc: 2 };

/**
 * Every socket once. `ss` tells most (skmem, holders), netstat has holders, /proc/net only queues;
 * rows meet by inode, which is unique over all network namespaces, else by their two addresses.
 * Sockets without holders get them from fd links.
 */
export function mergeSockets(snapshot: Snapshot): readonly MergedSocket[] {
  const tables = [...snapshot.socketTables].sort((a, b) => RANK[a.via] - RANK[b.via]);
  const merged = new Map<string, MergedSocket>();
  for (const table of tables) {
    for (const row of table.rows) {
      const key = socketKey(row, table.netns);
      const known = merged.get(key);
      merged.set(key, known ? fillGaps(known, row) : fromTable(row, table));
    }
  }
  const holders = holdersByInode(snapshot);
  return [...merged.values()].map((socket) => withHolders(socket, holders));
}

function socketKey(row: SocketRow, netns: string | undefined): string {
  if (row.inode) return `inode ${row.inode}`;
  // A tool that sums up sockets prints no peer: nothing to tell such a row from the next.
  if (row.peer === undefined && row.skmem) return `line ${row.line}`;
  return [netns ?? "", row.family, row.local ?? "", row.peer ?? ""].join(" ");
}

function fromTable(row: SocketRow, table: SocketTable): MergedSocket {
  return { ...row, file: table.file, ...(table.netns ? { netns: table.netns } : {}) };
}

function fillGaps(known: MergedSocket, other: SocketRow): MergedSocket {
  return {
    ...other,
    ...known,
    users: known.users.length > 0 ? known.users : other.users,
    info: known.info.size > 0 ? known.info : other.info,
  };
}

/** netstat names a process but not its descriptor; a socket nobody names has its holders in the fd links. */
function withHolders(
  socket: MergedSocket,
  holders: ReadonlyMap<number, readonly SocketUser[]>,
): MergedSocket {
  const linked = socket.inode ? holders.get(socket.inode) : undefined;
  if (!linked) return socket;
  if (socket.users.length === 0) return { ...socket, users: linked };
  const users = socket.users.map((user) => {
    const fd = user.fd ?? linked.find((link) => link.pid === user.pid)?.fd;
    return fd === undefined ? user : { ...user, fd };
  });
  return { ...socket, users };
}

function holdersByInode(snapshot: Snapshot): ReadonlyMap<number, readonly SocketUser[]> {
  const names = new Map(
    snapshot.processTables.flatMap((table) =>
      table.rows.flatMap((row) => (row.comm ? [[row.pid, row.comm] as const] : [])),
    ),
  );
  const holders = new Map<number, SocketUser[]>();
  for (const link of snapshot.fdLinks.flatMap((source) => source.value)) {
    if (link.inode === undefined || !link.target.startsWith("socket:")) continue;
    const users = holders.get(link.inode) ?? [];
    users.push({ comm: names.get(link.pid) ?? "", pid: link.pid, fd: link.fd });
    holders.set(link.inode, users);
  }
  return holders;
}
