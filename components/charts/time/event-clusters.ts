import type { NodeEvent } from "@/server/core/series/history";

export interface EventCluster {
  readonly events: readonly NodeEvent[];
  /** Middle of its events, from 0 at the left edge of the plot to 1 at the right. */
  readonly place: number;
}

/**
 * Events → marks that do not overlap: two whose marks would stand closer than `apart` pixels become one. Events
 * outside the span are left out.
 */
export function clusterEvents(
  events: readonly NodeEvent[],
  span: { readonly fromMs: number; readonly toMs: number },
  width: number,
  apart: number,
): readonly EventCluster[] {
  const length = span.toMs - span.fromMs;
  if (length <= 0) return [];
  const inside = events
    .filter(({ atMs }) => atMs >= span.fromMs && atMs <= span.toMs)
    .toSorted((a, b) => a.atMs - b.atMs);
  const placeOf = ({ atMs }: NodeEvent) => (atMs - span.fromMs) / length;
  const clusters: { events: NodeEvent[]; place: number }[] = [];
  for (const event of inside) {
    const cluster = clusters.at(-1);
    if (cluster && (placeOf(event) - cluster.place) * width < apart) {
      cluster.events.push(event);
      const sum = cluster.events.reduce((total, each) => total + placeOf(each), 0);
      cluster.place = sum / cluster.events.length;
    } else clusters.push({ events: [event], place: placeOf(event) });
  }
  return clusters;
}
