import { formatBytes, formatPercent } from "@/server/core/format-bytes";
import type { HistoryPoint } from "@/server/core/series/history";
import { formatDuration } from "../format-time";

/** How far a look lies from the moment that was chosen: "2 min before it", "at that very moment". */
export function distanceWords(lookMs: number, atMs: number): string {
  const seconds = Math.round(Math.abs(lookMs - atMs) / 1000);
  if (seconds < 2) return "at that very moment";
  return `${formatDuration(seconds)} ${lookMs < atMs ? "before" : "after"} it`;
}

/** What a sample says by itself: sizes, and nobody who holds them. */
export function sampleSentence(sample: HistoryPoint): string {
  const { memTotal, buckets, available, sockets, unexplained } = sample;
  const part = (bytes: number) => `${formatBytes(bytes)} (${formatPercent(bytes, memTotal)})`;
  const words: string[] = [];
  if (buckets.allocpage !== undefined)
    words.push(
      buckets.allocpage < 0
        ? `the counters overlap by ${formatBytes(-buckets.allocpage)}`
        : `no counter shows ${part(buckets.allocpage)}`,
    );
  if (sockets !== undefined) words.push(`the socket counters own ${formatBytes(sockets)}`);
  if (unexplained !== undefined) words.push(`${formatBytes(unexplained)} stay unexplained`);
  if (buckets.slabUnreclaimable !== undefined)
    words.push(`unreclaimable slab is ${formatBytes(buckets.slabUnreclaimable)}`);
  if (available !== undefined) words.push(`${part(available)} could still be had`);
  return `Of ${formatBytes(memTotal)}, ${words.join("; ")}.`;
}

/** What cannot be known from samples alone. */
export const SAMPLE_LIMITS =
  "A sample tells how large each part was, not who held it: slab caches, socket queues and their owners are read for a full snapshot.";
