import type { Snapshot } from "../snapshot";
import type { MergedSocket } from "./socket-merge";

/** Sentences about what this snapshot cannot show of the sockets. */
export function socketCaveats(
  snapshot: Snapshot,
  sockets: readonly MergedSocket[],
): readonly string[] {
  const caveats = [
    noTable(sockets),
    noSkmem(sockets),
    noHolders(sockets),
    otherNamespaces(snapshot, sockets),
  ];
  return caveats.filter((caveat) => caveat !== undefined);
}

function noTable(sockets: readonly MergedSocket[]): string | undefined {
  if (sockets.length > 0) return undefined;
  return "No socket table in this snapshot: only the totals of sockstat are known.";
}

function noSkmem(sockets: readonly MergedSocket[]): string | undefined {
  const queued = sockets.filter((socket) => socket.family === "tcp" && (socket.recvQ ?? 0) > 0);
  if (queued.length === 0 || queued.some((socket) => socket.skmem)) return undefined;
  return "No skmem: the upper bound counts every unread byte as a slice of its own. `ss -m` narrows it.";
}

function noHolders(sockets: readonly MergedSocket[]): string | undefined {
  const queued = sockets.filter((socket) => (socket.recvQ ?? 0) > 0 && socket.inode);
  if (queued.length === 0 || queued.some((socket) => socket.users.length > 0)) return undefined;
  return "No process is known for any of these sockets: `ss -p` and the fd links need root.";
}

/** sockstat's `alloc` counts all network namespaces, its `inuse` only the one it was read in. */
function otherNamespaces(snapshot: Snapshot, sockets: readonly MergedSocket[]): string | undefined {
  const alloc = snapshot.sockstat?.value.get("TCP.alloc")?.value ?? 0;
  const inUse = snapshot.sockstat?.value.get("TCP.inuse")?.value ?? 0;
  const sawOthers = sockets.some((socket) => socket.netns !== undefined);
  if (sawOthers || alloc <= inUse * 1.5 + 50) return undefined;
  return `${alloc - inUse} of ${alloc} TCP sockets are in other network namespaces, which this snapshot does not show.`;
}
