"use client";

import { type ReactNode, useMemo } from "react";
import { type HoverStore, useHovered } from "./hover-store";
import { MARGIN, nearestIndex, type TimeSpan, xOf } from "./plot-geometry";
import type { PlotRow } from "./plot-rows";
import { formatAt } from "./zone-time";

export type PointTooltip = (point: number, isPinned: boolean, unpin: () => void) => ReactNode;

/** A tooltip beside the crosshair needs this much, px; in a narrower frame it stands under the plot. */
const LEAST_FOR_BESIDE = 672;
const AWAY = 12;

interface TooltipLayerProps {
  readonly rows: readonly PlotRow[];
  /** Of the points. */
  readonly times: readonly number[];
  readonly span: TimeSpan;
  readonly zone: string;
  readonly width: number;
  readonly height: number;
  readonly hover: HoverStore;
  readonly pinned: number | undefined;
  readonly unpin: () => void;
  readonly tooltip: PointTooltip;
  readonly spoken: (point: number) => string;
  /** The crosshair is moved by keyboard. */
  readonly isSpoken: boolean;
}

/** What is told of the moment under the crosshair, beside it and never on it. Drawn alone while the pointer moves. */
export function TooltipLayer(props: TooltipLayerProps) {
  const { rows, span, width, height, pinned, unpin } = props;
  const hovered = useHovered(props.hover);
  const places = useMemo(() => rows.map(({ t }) => t), [rows]);
  const atMs = pinned ?? hovered;
  if (atMs === undefined) return null;
  const isPinned = pinned !== undefined;
  const at = nearestIndex(places, atMs);
  const point = rows[at]?.point ?? -1;
  return (
    <>
      <div
        data-over-plot
        className={`absolute z-10 ${isPinned ? "cursor-auto select-text" : "pointer-events-none"}`}
        style={placeOf(xOf(places[at] ?? atMs, span, width), width, height)}
      >
        {point < 0 ? <Gap {...props} at={at} /> : props.tooltip(point, isPinned, unpin)}
      </div>
      <p aria-live="polite" className="sr-only">
        {point < 0 || !props.isSpoken ? "" : props.spoken(point)}
      </p>
    </>
  );
}

function placeOf(x: number, width: number, height: number) {
  if (width < LEAST_FOR_BESIDE) return { left: 0, right: 0, top: height - MARGIN.bottom + 2 };
  if (x < width / 2) return { left: x + AWAY, top: MARGIN.top };
  return { right: width - x + AWAY, top: MARGIN.top };
}

function Gap({ rows, times, at, zone }: TooltipLayerProps & { readonly at: number }) {
  const [before, after] = [at - 1, at + 1].map((row) => times[rows[row]?.point ?? -1]);
  if (before === undefined || after === undefined) return null;
  return (
    <p className="w-72 max-w-full rounded-control border border-rule-strong bg-raised px-3 py-2 text-12 text-muted">
      {`Nothing was measured between ${formatAt(before, zone)} and ${formatAt(after, zone)}.`}
    </p>
  );
}
