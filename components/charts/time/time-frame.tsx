"use client";

import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useWidth } from "../../allocpage/use-width";
import { type HoverStore, useHovered, useHoverStore } from "./hover-store";
import { LazyTimePlot } from "./lazy-time-plot";
import { MARGIN, plotWidth, type TimeSpan, xOf } from "./plot-geometry";
import type { TimePlotProps } from "./time-plot";
import { timeTicks } from "./time-ticks";
import { useTimeGestures } from "./use-time-gestures";

/** A tooltip beside the crosshair needs this much; in a narrower frame it stands under the plot. */
const LEAST_FOR_BESIDE = 620;
const WIDTH_OF_TICK = 84;

/** Charts of one page share the crosshair. */
export const CROSSHAIR = "node-over-time";

export interface TimeFrameProps extends Pick<TimePlotProps, "label" | "rows" | "shapes" | "top"> {
  readonly span: TimeSpan;
  readonly zone: string;
  readonly height: number;
  readonly syncId: string;
  readonly momentMs?: number | undefined;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomBack: () => void;
  /** What stands on the plot, given its size: labels of bands. */
  readonly over?: (size: { readonly width: number; readonly height: number }) => ReactNode;
  /** What is told of the moment under the crosshair; undefined for nothing. */
  readonly tooltip: (atMs: number, isPinned: boolean, unpin: () => void) => ReactNode;
  /** What stands in the frame when there is nothing to draw. */
  readonly empty?: ReactNode;
}

/** A chart over time with its gestures, its crosshair, its tooltip and the mark of the chosen moment. */
export function TimeFrame(props: TimeFrameProps) {
  const { span, height, empty, over, onZoomBack } = props;
  const { ref, width } = useWidth(1152);
  const hover = useHoverStore();
  const selection = useRef<HTMLDivElement>(null);
  const [pinned, setPinned] = useState<number>();
  const [isHere, setIsHere] = useState(false);
  const unpin = useCallback(() => setPinned(undefined), []);
  useEscape(pinned !== undefined, unpin);
  const gestures = useTimeGestures({
    span,
    selection,
    onZoom: (fromMs, toMs) => {
      unpin();
      props.onZoom(fromMs, toMs);
    },
    onPick: (ms) => setPinned(hover.get() ?? ms),
  });

  function onKeyDownCapture(event: KeyboardEvent): void {
    const at = hover.get();
    if (event.key !== "Enter" || at === undefined) return;
    if (!(event.target instanceof SVGElement)) return;
    event.preventDefault();
    event.stopPropagation();
    setPinned(at);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the chart inside takes the focus and has the same by keyboard
    <div
      ref={ref}
      className="relative touch-pan-y select-none"
      style={{ height }}
      {...gestures}
      onDoubleClick={(event) => {
        if (event.target instanceof Element && event.target.closest("[data-over-plot]")) return;
        unpin();
        onZoomBack();
      }}
      onKeyDownCapture={onKeyDownCapture}
      onPointerEnter={() => setIsHere(true)}
      onPointerLeave={() => setIsHere(false)}
      onFocus={() => setIsHere(true)}
      onBlur={() => setIsHere(false)}
    >
      {empty ?? <Plot {...props} width={width} hover={hover} />}
      {over?.({ width, height })}
      <div
        ref={selection}
        hidden
        className="pointer-events-none absolute border-accent border-x bg-accent/15"
        style={{ top: MARGIN.top, bottom: MARGIN.bottom }}
      />
      <Marker ms={props.momentMs} span={span} width={width} look="border-accent" />
      <Marker ms={pinned} span={span} width={width} look="border-ink border-dashed" />
      {empty || (!isHere && pinned === undefined) ? null : (
        <TooltipLayer {...props} width={width} hover={hover} pinned={pinned} unpin={unpin} />
      )}
    </div>
  );
}

type Measured = TimeFrameProps & { readonly width: number; readonly hover: HoverStore };

function Plot({ width, height, hover, span, zone, ...rest }: Measured) {
  const { label, rows, shapes, top, syncId } = rest;
  const most = Math.max(2, Math.floor(plotWidth(width) / WIDTH_OF_TICK));
  const ticks = useMemo(
    () => timeTicks(span.fromMs, span.toMs, zone, most),
    [span.fromMs, span.toMs, zone, most],
  );
  const size = useMemo(() => ({ width, height }), [width, height]);
  return (
    <LazyTimePlot
      label={label}
      rows={rows}
      shapes={shapes}
      top={top}
      syncId={syncId}
      span={span}
      ticks={ticks}
      size={size}
      onActive={hover.set}
    />
  );
}

interface MarkerProps {
  readonly ms: number | undefined;
  readonly span: TimeSpan;
  readonly width: number;
  readonly look: string;
}

function Marker({ ms, span, width, look }: MarkerProps) {
  if (ms === undefined || ms < span.fromMs || ms > span.toMs) return null;
  return (
    <div
      aria-hidden
      className={`pointer-events-none absolute border-l ${look}`}
      style={{ left: xOf(ms, span, width), top: 0, bottom: MARGIN.bottom }}
    />
  );
}

function TooltipLayer(
  props: Measured & { readonly pinned: number | undefined; readonly unpin: () => void },
) {
  const { span, width, height, pinned, unpin, tooltip } = props;
  const hovered = useHovered(props.hover);
  const atMs = pinned ?? hovered;
  if (atMs === undefined) return null;
  const isPinned = pinned !== undefined;
  const x = xOf(atMs, span, width);
  const beside =
    x < width / 2 ? { left: x + 12, top: MARGIN.top } : { right: width - x + 12, top: MARGIN.top };
  const style =
    width < LEAST_FOR_BESIDE ? { left: 0, right: 0, top: height - MARGIN.bottom + 2 } : beside;
  return (
    <div
      data-over-plot
      className={`absolute z-10 ${isPinned ? "select-text" : "pointer-events-none"}`}
      style={style}
    >
      {tooltip(atMs, isPinned, unpin)}
    </div>
  );
}

function useEscape(isOn: boolean, onEscape: () => void): void {
  useEffect(() => {
    if (!isOn) return;
    const listen = ({ key }: globalThis.KeyboardEvent) => {
      if (key === "Escape") onEscape();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [isOn, onEscape]);
}
