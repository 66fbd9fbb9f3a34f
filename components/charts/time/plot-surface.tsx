"use client";

import { type KeyboardEvent, type RefObject, useState } from "react";
import { crosshair } from "./crosshair";
import { MARGIN, nearestIndex, type TimeSpan } from "./plot-geometry";
import { useTimeGestures } from "./use-time-gestures";

interface PlotSurfaceProps {
  readonly label: string;
  readonly span: TimeSpan;
  /** Where the crosshair can stand, ascending: the moments that are drawn. */
  readonly places: readonly number[];
  readonly selection: RefObject<HTMLDivElement | null>;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomBack: () => void;
  readonly onPick: (ms: number) => void;
  /** Whether the crosshair is led by this chart. */
  readonly onHere: (isHere: boolean) => void;
  /** A place in a few words, for those who move the crosshair by keyboard and do not see it. */
  readonly spoken: (place: number) => string;
}

/**
 * What the pointer and the keyboard touch: a glass over the plot. To the keyboard it is a slider along the moments
 * (arrows, Page keys, Home, End; Enter pins), so that a screen reader says each place by itself.
 */
export function PlotSurface(props: PlotSurfaceProps) {
  const { label, span, places, onHere, onPick, spoken } = props;
  const [at, setAt] = useState<number>();
  const gestures = useTimeGestures({
    ...props,
    onHover: (ms) => {
      onHere(ms !== undefined);
      crosshair.set(ms);
    },
  });

  function goTo(place: number): void {
    const inside = Math.min(places.length - 1, Math.max(0, place));
    setAt(inside);
    onHere(true);
    crosshair.set(places[inside]);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const now = at ?? nearestIndex(places, crosshair.get() ?? span.toMs);
    const next = placeAfter(event.key, now, places.length);
    if (next !== undefined) goTo(next);
    else if (event.key === "Enter") onPick(places[now] ?? span.toMs);
    else return;
    event.preventDefault();
  }

  const shown = Math.min(at ?? places.length - 1, places.length - 1);
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={`${label}: moment`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, places.length - 1)}
      aria-valuenow={Math.max(0, shown)}
      aria-valuetext={spoken(shown)}
      className="absolute cursor-crosshair touch-pan-y select-none"
      style={{
        top: MARGIN.top,
        right: MARGIN.right,
        bottom: MARGIN.bottom,
        left: MARGIN.left,
      }}
      {...gestures}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (event.currentTarget.matches(":focus-visible")) goTo(at ?? places.length - 1);
      }}
      onBlur={() => {
        onHere(false);
        crosshair.set(undefined);
      }}
    />
  );
}

/** Where a key leads from a place; undefined for keys that lead nowhere. */
function placeAfter(key: string, now: number, count: number): number | undefined {
  const page = Math.max(1, Math.round(count / 10));
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: now - 1,
    ArrowDown: now - 1,
    ArrowRight: now + 1,
    ArrowUp: now + 1,
    PageUp: now + page,
    PageDown: now - page,
    Home: 0,
    End: count - 1,
  };
  return steps[key];
}
