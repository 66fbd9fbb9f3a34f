import type { BucketId } from "../../core/report";
import type { Sample } from "../../core/series/sample";
import { GIB, MIB } from "../../core/units";

export const HOUR_MS = 3_600_000;
const MEM_TOTAL = 16 * GIB;
const STEP_MS = 5 * 60_000;

/** Bytes by bucket above the node's usual level, so many hours after the begin. */
export type Story = (hours: number) => {
  readonly buckets?: Readonly<Partial<Record<BucketId, number>>>;
  /** Of the unexplained part alone, without a bucket that shows it. */
  readonly unexplained?: number;
  /** Hours since the last boot. */
  readonly upHours?: number;
  /** No sample at this hour. */
  readonly isAway?: boolean;
};

/** Samples of five minutes of a node that works by day and rests by night, and to which `story` happens. */
export function samplesOf(
  node: string,
  story: Story,
  { originMs, fromMs, toMs }: { originMs: number; fromMs: number; toMs: number },
): Sample[] {
  const samples: Sample[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += STEP_MS) {
    const hours = (atMs - originMs) / HOUR_MS;
    const told = story(hours);
    if (!told.isAway) samples.push(sampleAt(node, atMs, hours, told));
  }
  return samples;
}

function sampleAt(node: string, atMs: number, hours: number, told: ReturnType<Story>): Sample {
  const noise = noiseAt(`${node} ${hours.toFixed(3)}`);
  const day = Math.sin((hours / 24) * 2 * Math.PI);
  const usual: Partial<Record<BucketId, number>> = {
    anon: 3 * GIB + 200 * MIB * day + 30 * MIB * noise(),
    shmem: 100 * MIB + MIB * noise(),
    fileCache: 4 * GIB + 100 * MIB * noise(),
    slabReclaimable: 400 * MIB + 5 * MIB * noise(),
    slabUnreclaimable: 200 * MIB + 2 * MIB * noise(),
    kernelStack: 20 * MIB,
    pageTables: 60 * MIB + 4 * MIB * day,
    percpu: 8 * MIB,
    vmalloc: 50 * MIB,
    allocpage: 150 * MIB + 4 * MIB * noise(),
  };
  for (const [bucket, bytes] of Object.entries(told.buckets ?? {}))
    usual[bucket as BucketId] = (usual[bucket as BucketId] ?? 0) + bytes;
  const buckets = Object.fromEntries(
    Object.entries(usual).map(([bucket, bytes]) => [bucket, Math.round(bytes)]),
  ) as Record<BucketId, number>;
  const used = Object.values(buckets).reduce((sum, bytes) => sum + bytes, 0);
  buckets.free = MEM_TOTAL - used;
  const upHours = told.upHours ?? hours + 2_000;
  return {
    node,
    bootId: `boot-${Math.round(hours - upHours)}`,
    atMs,
    takenAtMs: atMs,
    uptimeSeconds: upHours * 3_600,
    memTotal: MEM_TOTAL,
    buckets,
    unexplained: buckets.allocpage - 2 * MIB + Math.round(told.unexplained ?? 0),
    available: buckets.free + buckets.fileCache + buckets.slabReclaimable,
    sockets: 2 * MIB,
    lacks: [],
    labels: {},
  };
}

/** -1 to 1; the same for the same text. */
function noiseAt(text: string): () => number {
  let state = 2166136261;
  for (const character of text) state = Math.imul(state ^ character.charCodeAt(0), 16777619) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  };
}

/** What has grown at so many bytes an hour since an hour; nothing before. */
export function grownSince(hours: number, sinceHours: number, perHour: number): number {
  return Math.max(0, hours - sinceHours) * perHour;
}
