import type { BucketId } from "../report";
import type { Bytes } from "../units";

/**
 * What one push says of a node: a few numbers, small enough to keep for every half minute. Sizes are
 * bytes, times milliseconds since 1970 in UTC. What the push did not carry is absent.
 */
export interface Sample {
  readonly node: string;
  readonly hostname?: string;
  /** /proc/sys/kernel/random/boot_id; empty where it could not be read. */
  readonly bootId: string;
  /** When, by the server's clock: the node's own, set right where it is off (`clockOffsetMs`). */
  readonly atMs: number;
  /** When, by the node's clock. With node and boot it names the sample: a second push of it changes nothing. */
  readonly takenAtMs: number;
  readonly uptimeSeconds?: number;
  readonly kernel?: string;
  readonly memTotal: Bytes;
  /** Adds up to memTotal. allocpage is a remainder and may be slightly negative. */
  readonly buckets: Readonly<Partial<Record<BucketId, Bytes>>>;
  /** allocpage without what sockstat owns of it: the number that leaks. */
  readonly unexplained?: Bytes;
  /** MemAvailable. */
  readonly available?: Bytes;
  /** TCP and UDP memory of sockstat. */
  readonly sockets?: Bytes;
  readonly oomKills?: number;
  /** The largest slab caches, and those that grew most; only a push of the heavier set has them. */
  readonly slabCaches?: readonly SlabCacheSample[];
  /** Processes by the memory their socket queues may pin; only a push of the heavier set has them. */
  readonly holders?: readonly HolderSample[];
  /** cgroups by memory; only a push of the heavier set has them. */
  readonly cgroups?: readonly CgroupSample[];
  /** What this push lacks and why it matters, in sentences ("slabinfo needs root: …"). */
  readonly lacks: readonly string[];
  /** Labels of the agent: pool=gpu. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface SlabCacheSample {
  readonly name: string;
  readonly bytes: Bytes;
}

export interface HolderSample {
  /** Process name; absent when nobody could be named. */
  readonly comm?: string;
  readonly pid?: number;
  readonly sockets: number;
  /** Bytes waiting in its queues as the sockets count them (truesize where ss says it). */
  readonly queued: Bytes;
  /** Most that its queues can pin. */
  readonly upper: Bytes;
}

export interface CgroupSample {
  readonly path: string;
  readonly bytes: Bytes;
}
