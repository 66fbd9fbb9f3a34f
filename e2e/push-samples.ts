import type { APIRequestContext } from "@playwright/test";
import {
  bodyOf,
  ESSENTIAL_FILES,
  HEAVY_FILES,
  pushText,
} from "../server/ingest/push/push.test-support";
import { SITE } from "./site";

/** Samples of one node, as its agent would have pushed them. */
export interface Samples {
  readonly node: string;
  /** Ages in seconds, oldest first. */
  readonly agoS: readonly number[];
  /** Bytes that left MemFree without any counter showing them, by age in seconds. */
  readonly missing?: (agoS: number) => number;
  /** Every sample has slab caches, sockets and cgroups. */
  readonly isHeavy?: boolean;
  /** More lines of the header: labels, what could not be read. */
  readonly header?: readonly string[];
  /** The boot that a sample of this age belongs to, from 1. */
  readonly boot?: (agoS: number) => number;
}

const BATCH = 100;

/** Ages from `fromS` down to `toS`, a step apart. */
export function every(stepS: number, fromS: number, toS = 0): number[] {
  return Array.from({ length: Math.floor((fromS - toS) / stepS) + 1 }, (_, i) => fromS - i * stepS);
}

/** Pushes the samples through the endpoint that agents use; all of them are on disk when it returns. */
export async function pushSamples(request: APIRequestContext, samples: Samples): Promise<void> {
  const nowS = Date.now() / 1000;
  for (let at = 0; at < samples.agoS.length; at += BATCH) {
    const texts = samples.agoS.slice(at, at + BATCH).map((agoS) => textOf(samples, nowS, agoS));
    const answer = await request.post(`${SITE}/api/v1/push`, {
      headers: { "content-type": "application/octet-stream", "memledger-sent": String(nowS) },
      data: bodyOf(...texts),
    });
    const { accepted, rejected } = await answer.json();
    if (accepted !== texts.length)
      throw new Error(`${answer.status()}: ${JSON.stringify(rejected)}`);
  }
}

function textOf({ node, missing, isHeavy, header, boot }: Samples, nowS: number, agoS: number) {
  const files = isHeavy ? HEAVY_FILES : ESSENTIAL_FILES;
  const taken = (nowS - agoS).toFixed(3);
  return pushText({
    header: [
      `node: ${node}`,
      `boot: 6f0e2d1c-0000-4000-8000-00000000000${boot?.(agoS) ?? 1}`,
      `taken: ${taken}`,
      "interval: 30",
      `set: ${isHeavy ? "heavy" : "essential"}`,
      ...(header ?? []),
      "agent: 1",
    ],
    files: { ...files, "/proc/meminfo": withMissing(missing?.(agoS) ?? 0) },
  });
}

/** The capture's meminfo with that much less free: what is left over is memory that no counter shows. */
function withMissing(bytes: number): string {
  const kib = Math.round(bytes / 1024);
  return (ESSENTIAL_FILES["/proc/meminfo"] ?? "").replace(
    /^(MemFree|MemAvailable):( +)(\d+) kB$/gm,
    (_, name, space, value) => `${name}:${space}${Math.max(0, Number(value) - kib)} kB`,
  );
}
