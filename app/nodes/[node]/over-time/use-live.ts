"use client";

import { type PointerEvent, useMemo, useState } from "react";
import type { Live } from "@/components/time/live-switch";
import type { NodeHistory } from "@/server/core/series/history";
import type { TimeRange } from "@/server/core/time/time-range";

interface LiveQuery {
  readonly range: TimeRange;
  readonly isPlaying: boolean;
  /** A history of the node, to learn how often its agent sends. */
  readonly known: NodeHistory | undefined;
  /** How many times faster than the reader's the server's clock runs. */
  readonly clockSpeed: number;
}

const FASTEST_MS = 5000;
/** What agents do unless told otherwise. */
const USUAL_INTERVAL_MS = 30_000;
/** Width of the picture: sooner than a pixel is filled there is nothing new to see. */
const PIXELS = 1152;

/** How fast the page follows the clock: never faster than a pixel changes, nor than the node sends. */
export function useLive({ range, isPlaying, known, clockSpeed }: LiveQuery) {
  const [isHeld, setIsHeld] = useState(false);
  const intervalMs = useMemo(() => known && intervalOf(known), [known]);
  const pixelMs = (range.toMs - range.fromMs) / PIXELS;
  const changeMs = Math.max(pixelMs, intervalMs ?? USUAL_INTERVAL_MS) / clockSpeed;
  const paceMs = Math.round(Math.max(FASTEST_MS, changeMs) / 1000) * 1000;
  const hover = (isOver: boolean) => (event: PointerEvent) => {
    // A finger that has left says so only when it touches something else.
    if (event.pointerType === "mouse") setIsHeld(isOver);
  };
  return {
    intervalMs,
    everyMs: range.isLive && isPlaying && !isHeld ? paceMs : (false as const),
    hold: { onPointerEnter: hover(true), onPointerLeave: hover(false) },
    control: (onToggle: () => void): Live | undefined =>
      range.isLive ? { isPlaying, isHeld, everyMs: paceMs, onToggle } : undefined,
  };
}

/** The usual time between two samples; undefined where there are not two. */
function intervalOf({ points }: NodeHistory): number | undefined {
  const steps = points
    .slice(1)
    .map(({ atMs, samples }, index) => (atMs - (points[index]?.atMs ?? atMs)) / samples)
    .toSorted((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)];
}
