import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BucketId } from "../core/report";
import type { Sample } from "../core/series/sample";
import { connectStore } from "./client";
import { startEngine } from "./engine/start-engine.test-support";
import { migrate } from "./migrate";
import { createSampleStore } from "./samples";
import { createSeriesStore } from "./series";

/** An engine of its own with the tables of samples. */
export async function startSeries() {
  const dataDir = await mkdtemp(join(tmpdir(), "memledger-series-"));
  const engine = await startEngine({ dataDir });
  const client = connectStore({ url: engine.url });
  await migrate(client);
  const stop = async () => {
    await client.close();
    await engine.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { client, samples: createSampleStore(client), series: createSeriesStore(client), stop };
}

/** Meant to break out of wherever it is put. */
export const HOSTILE = "a'b\\c\"d`e\n{node:String}; DROP TABLE samples -- \u{1f4be} <script>";

const KIB4 = 4096;
const MEM_TOTAL = 2 ** 34;
const DRAWN: readonly BucketId[] = [
  "anon",
  "shmem",
  "fileCache",
  "slabUnreclaimable",
  "kernelStack",
  "pageTables",
  "percpu",
  "vmalloc",
  "allocpage",
  "pcp",
];

/** A sample whose buckets add up; the numbers follow from the node and the moment alone. */
export function sampleOf(node: string, atMs: number, changes: Partial<Sample> = {}): Sample {
  const draw = numbersOf(`${node} ${atMs}`);
  const buckets: Partial<Record<BucketId, number>> = {};
  let rest = MEM_TOTAL;
  for (const id of DRAWN) {
    buckets[id] = (draw() % 5000) * KIB4;
    rest -= buckets[id];
  }
  buckets.free = rest;
  const sockets = (draw() % 5000) * KIB4;
  return {
    node,
    hostname: node,
    bootId: "6f0e2d1c-0000-4000-8000-000000000001",
    atMs,
    takenAtMs: atMs,
    uptimeSeconds: 1000,
    kernel: "6.1.0",
    memTotal: MEM_TOTAL,
    buckets,
    unexplained: Math.max(0, (buckets.allocpage ?? 0) - sockets),
    available: rest,
    sockets,
    oomKills: 0,
    lacks: [],
    labels: {},
    ...changes,
  };
}

/** The same numbers for the same text: FNV-1a, then a linear congruence. */
function numbersOf(text: string): () => number {
  let state = 2166136261;
  for (let at = 0; at < text.length; at += 1)
    state = Math.imul(state ^ text.charCodeAt(at), 16777619) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}
