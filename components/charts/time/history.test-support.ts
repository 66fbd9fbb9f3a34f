import type { HistoryPoint, NodeHistory } from "@/server/core/series/history";
import { GIB, MIB } from "@/server/core/units";

export const START = Date.UTC(2026, 10, 25, 10, 0, 0);
export const MINUTE = 60_000;

/** A sample that adds up: what is not given is free. */
export function point(
  atMs: number,
  buckets: HistoryPoint["buckets"] = {},
  more: Partial<HistoryPoint> = {},
): HistoryPoint {
  const memTotal = more.memTotal ?? 8 * GIB;
  const held = Object.values(buckets).reduce((sum, bytes) => sum + bytes, 0);
  return { atMs, samples: 1, memTotal, buckets: { ...buckets, free: memTotal - held }, ...more };
}

export function history(
  points: readonly HistoryPoint[],
  more: Partial<NodeHistory> = {},
): NodeHistory {
  return {
    node: "web-1",
    fromMs: START,
    toMs: START + 60 * MINUTE,
    stepMs: MINUTE,
    level: "raw",
    points,
    ...more,
  };
}

/** Unaccounted memory grows by 10 MiB a minute from the tenth minute on. */
export function incident(): NodeHistory {
  const points = Array.from({ length: 60 }, (_, i) =>
    point(START + i * MINUTE, {
      anon: 2 * GIB,
      buffers: 10 * MIB,
      fileCache: GIB,
      slabUnreclaimable: 200 * MIB,
      percpu: 8 * MIB,
      allocpage: 100 * MIB + Math.max(0, i - 10) * 10 * MIB,
    }),
  );
  return history(points);
}
