"use client";

import type { ReactNode } from "react";
import { useCrosshair } from "./crosshair";
import { MARGIN, nearestIndex, type TimeSpan, xOf } from "./plot-geometry";
import type { PlotRow } from "./plot-rows";
import { formatAt } from "./zone-time";

export type PointTooltip = (point: number, isPinned: boolean, unpin: () => void) => ReactNode;

/** A tooltip beside the crosshair needs this much, px; in a narrower frame it stands under the plot. */
const LEAST_FOR_BESIDE = 672;
const CARD = 320;
const AWAY = 12;

interface LayerProps {
  readonly rows: readonly PlotRow[];
  /** Of the rows. */
  readonly places: readonly number[];
  readonly span: TimeSpan;
  readonly width: number;
}

/** The line under the pointer, at the nearest moment that this chart draws. */
export function CrosshairLine({ places, span, width }: LayerProps) {
  const atMs = useCrosshair();
  if (atMs === undefined) return null;
  const place = places[nearestIndex(places, atMs)];
  if (place === undefined) return null;
  return (
    <div
      aria-hidden
      data-crosshair
      className="pointer-events-none absolute left-0 border-ink border-l will-change-transform"
      style={{
        top: MARGIN.top,
        bottom: MARGIN.bottom,
        transform: `translateX(${xOf(place, span, width)}px)`,
      }}
    />
  );
}

interface TooltipLayerProps extends LayerProps {
  /** Of the points. */
  readonly times: readonly number[];
  readonly zone: string;
  readonly height: number;
  readonly pinned: number | undefined;
  readonly unpin: () => void;
  readonly tooltip: PointTooltip;
}

/** What is told of the moment under the crosshair, beside it and never on it. Drawn alone while the pointer moves. */
export function TooltipLayer(props: TooltipLayerProps) {
  const { rows, places, span, width, height, pinned, unpin } = props;
  const hovered = useCrosshair();
  const atMs = pinned ?? hovered;
  if (atMs === undefined) return null;
  const isPinned = pinned !== undefined;
  const at = nearestIndex(places, atMs);
  const point = rows[at]?.point ?? -1;
  return (
    <div
      className={`absolute left-0 z-10 flex will-change-transform ${isPinned ? "" : "pointer-events-none"}`}
      style={placeOf(xOf(places[at] ?? atMs, span, width), width, height)}
    >
      {point < 0 ? <Gap {...props} at={at} /> : props.tooltip(point, isPinned, unpin)}
    </div>
  );
}

/** Moved by transform, which lays nothing out again. */
function placeOf(x: number, width: number, height: number) {
  if (width < LEAST_FOR_BESIDE) return { right: 0, top: height - MARGIN.bottom + 2 };
  const isLeft = x >= width / 2;
  return {
    width: CARD,
    top: MARGIN.top,
    justifyContent: isLeft ? "flex-end" : "flex-start",
    transform: `translateX(${isLeft ? x - AWAY - CARD : x + AWAY}px)`,
  };
}

function Gap({ rows, times, at, zone }: TooltipLayerProps & { readonly at: number }) {
  const [before, after] = [at - 1, at + 1].map((row) => times[rows[row]?.point ?? -1]);
  if (before === undefined || after === undefined) return null;
  return (
    <p className="max-w-72 rounded-control border border-rule-strong bg-raised px-3 py-2 text-12 text-muted">
      {`Nothing was measured between ${formatAt(before, zone)} and ${formatAt(after, zone)}.`}
    </p>
  );
}
