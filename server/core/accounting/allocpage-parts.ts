import type { BucketPart, ByteRange, Composition } from "../report";
import type { Snapshot } from "../snapshot";
import { viewBalloon } from "./balloon";
import { bpfMaps } from "./bpf-memory";
import { bucketBytes } from "./buckets";
import { viewGpu } from "./gpu";
import { type Holding, totalOf } from "./holding";
import { ioUringRings } from "./io-uring-rings";
import { packetRings } from "./packet-rings";
import { perfBuffers, traceBuffers } from "./perf-buffers";
import { viewPipes } from "./pipes";
import type { SocketView } from "./socket-view";
import { sockstatMemory } from "./unexplained";
import { viewArc } from "./zfs";

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
    heldPart("io-uring", "io_uring rings", ioUringRings(snapshot)),
    heldPart("perf", "rings of perf events", perfBuffers(snapshot)),
    heldPart("tracer", "buffers of the tracer", traceBuffers(snapshot)),
    heldPart(
      "bpf-ringbuf",
      "BPF ring buffers",
      bpfMaps(snapshot).filter(({ bucket }) => bucket === "allocpage"),
    ),
    arcPart(snapshot, composition),
    balloonPart(snapshot, composition),
    gpuPart(snapshot, composition),
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
  const pipes = viewPipes(snapshot);
  const [largest] = pipes?.holders ?? [];
  if (!pipes || !largest) return undefined;
  return {
    id: "pipes",
    label: `${pipes.count} pipes`,
    bytes: { lower: 0, upper: pipes.usual },
    evidence: [
      {
        ...largest.evidence,
        text: "distinct pipe: inodes among the fd links",
        value: pipes.count,
        formula: `${pipes.count} × 16 pages default capacity`,
      },
    ],
  };
}

/** Packet sockets: a mapped ring is in no table but `ss -i`; where it is not shown only what is charged is known. */
function packetPart(snapshot: Snapshot): BucketPart | undefined {
  const { sized, unsized } = packetRings(snapshot);
  const [first] = [...sized, ...unsized];
  if (!first) return undefined;
  const count = sized.length + unsized.length;
  const note = unsized.length > 0 ? ` (${unsized.length} of unknown ring)` : "";
  return {
    id: "packet",
    label: `${count} packet sockets${note}`,
    bytes: totalOf(sized),
    evidence: [first.evidence],
  };
}

/** Holdings of one kind, with the lines of the largest. */
function heldPart(id: string, noun: string, holdings: readonly Holding[]): BucketPart | undefined {
  if (holdings.length === 0) return undefined;
  return {
    id,
    label: `${holdings.reduce((sum, { count }) => sum + count, 0)} ${noun}`,
    bytes: totalOf(holdings),
    evidence: holdings.slice(0, 2).map(({ evidence }) => evidence),
  };
}

/** ZFS keeps its cache in pages of its own, as far as it is not in slab and vmalloc. */
function arcPart(snapshot: Snapshot, composition: Composition): BucketPart | undefined {
  const arc = viewArc(snapshot, composition);
  if (!arc) return undefined;
  return {
    id: "zfs-arc",
    label: "ZFS ARC",
    bytes: within(composition, arc.pages),
    evidence: arc.evidence,
  };
}

/** A balloon whose pages still belong to MemTotal and that meminfo does not count. */
function balloonPart(snapshot: Snapshot, composition: Composition): BucketPart | undefined {
  const balloon = viewBalloon(snapshot, composition);
  if (!balloon?.ballooned || balloon.place !== "allocpage") return undefined;
  const { value } = balloon.ballooned;
  if (value === 0) return undefined;
  return {
    id: "balloon",
    label: "Balloon of the hypervisor",
    bytes: within(composition, { lower: value, upper: value }),
    evidence: [balloon.ballooned, ...balloon.signs],
  };
}

/** Graphics buffers that the driver takes as pages (TTM), on kernels that do not count them. */
function gpuPart(snapshot: Snapshot, composition: Composition): BucketPart | undefined {
  const gpu = viewGpu(snapshot, composition).find(({ bucket }) => bucket === "allocpage");
  if (!gpu) return undefined;
  return {
    id: "gpu-buffers",
    label: "Graphics buffers in host memory",
    bytes: within(composition, gpu.bytes),
    evidence: gpu.evidence,
  };
}

/** A part is never more than the bucket it is in. */
function within(composition: Composition, { lower, upper }: ByteRange): ByteRange {
  const allocpage = Math.max(0, bucketBytes(composition, "allocpage"));
  return { lower: Math.min(lower, allocpage), upper: Math.min(upper, allocpage) };
}
