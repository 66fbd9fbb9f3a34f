import { quote } from "../evidence";
import type { BucketPart, Composition } from "../report";
import type { Snapshot } from "../snapshot";
import { KIB } from "../units";
import { bucketBytes } from "./buckets";
import type { SocketView } from "./socket-view";
import { sockstatMemory } from "./unexplained";

/** Default capacity of a pipe: 16 pages (fs/pipe.c, PIPE_DEF_BUFFERS). */
const PIPE_DEFAULT = 64 * KIB;

/**
 * What is known to sit inside allocpage, with lower and upper bounds in bytes. The parts are bounds
 * from different sources, so they may overlap and are never added up or taken off the bucket.
 */
export function allocpageParts(
  snapshot: Snapshot,
  composition: Composition,
  sockets: SocketView | undefined,
): readonly BucketPart[] {
  const parts = [
    tcpPart(snapshot, composition, sockets),
    pipePart(snapshot),
    packetPart(snapshot),
    arcPart(snapshot),
  ];
  return parts.filter((part) => part !== undefined);
}

/** TCP queues: at least what sockstat says, at most what the queues can pin, never more than the bucket. */
function tcpPart(
  snapshot: Snapshot,
  composition: Composition,
  view: SocketView | undefined,
): BucketPart | undefined {
  const sockstat = sockstatMemory(snapshot, "TCP.mem");
  if (!view && !sockstat) return undefined;
  const allocpage = Math.max(0, bucketBytes(composition, "allocpage"));
  const tcp = view?.sockets.filter((socket) => socket.family === "tcp") ?? [];
  const upper = tcp.reduce((sum, socket) => sum + socket.retained.upper, 0);
  const lower = Math.min(allocpage, sockstat?.value ?? 0);
  return {
    id: "sockets",
    label: "TCP socket queues",
    bytes: { lower, upper: Math.max(lower, Math.min(allocpage, upper)) },
    evidence: [
      ...(sockstat ? [sockstat] : []),
      ...tcp.slice(0, 2).map((socket) => socket.evidence),
    ],
  };
}

/** Pipes hold nothing when empty and up to their capacity, which fd links do not tell: the default. */
function pipePart(snapshot: Snapshot): BucketPart | undefined {
  const links = snapshot.fdLinks.flatMap((source) =>
    source.value
      .filter((link) => link.target.startsWith("pipe:"))
      .map((link) => ({ ...link, file: source.file })),
  );
  const pipes = new Set(links.map((link) => link.inode ?? link.target));
  const [first] = links;
  if (!first) return undefined;
  return {
    id: "pipes",
    label: `${pipes.size} pipes`,
    bytes: { lower: 0, upper: pipes.size * PIPE_DEFAULT },
    evidence: [
      quote(snapshot, first, {
        text: "distinct pipe: inodes among the fd links",
        value: pipes.size,
        unit: "count",
        formula: `${pipes.size} × 64 KiB default capacity`,
      }),
    ],
  };
}

/** Packet sockets: Rmem is charged; a mapped ring is not in any table, so only the lower bound is known. */
function packetPart(snapshot: Snapshot): BucketPart | undefined {
  const table = snapshot.socketTables.find((each) =>
    each.rows.some((row) => row.family === "packet"),
  );
  const rows = table?.rows.filter((row) => row.family === "packet") ?? [];
  const [first] = rows;
  if (!table || !first) return undefined;
  const charged = rows.reduce((sum, row) => sum + (row.skmem?.r ?? row.recvQ ?? 0), 0);
  return {
    id: "packet",
    label: `${rows.length} packet sockets (a mapped ring is not shown)`,
    bytes: { lower: charged, upper: charged },
    evidence: [
      quote(
        snapshot,
        { file: table.file, line: first.line },
        { text: "packet sockets", value: rows.length, unit: "count" },
      ),
    ],
  };
}

/** ZFS keeps its cache in pages of its own: `size` of arcstats, less what lies in slab and vmalloc. */
function arcPart(snapshot: Snapshot): BucketPart | undefined {
  const stats = snapshot.smallFiles.get("proc/spl/kstat/zfs/arcstats");
  if (!stats) return undefined;
  const lines = stats.text.split("\n");
  const index = lines.findIndex((line) => /^size\s/.test(line));
  const size = Number(lines[index]?.trim().split(/\s+/)[2]);
  if (index < 0 || !Number.isFinite(size)) return undefined;
  const at = { file: stats.file, line: index + 1 };
  return {
    id: "zfs-arc",
    label: "ZFS ARC",
    bytes: { lower: 0, upper: size },
    evidence: [quote(snapshot, at, { text: "ARC size", value: size, unit: "bytes" })],
  };
}
