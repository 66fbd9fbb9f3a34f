"use client";

import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useWidth } from "../../allocpage/use-width";
import { type HoverStore, useHoverStore } from "./hover-store";
import { LazyTimePlot } from "./lazy-time-plot";
import { MARGIN, plotWidth, type TimeSpan, xOf } from "./plot-geometry";
import type { TimePlotProps } from "./time-plot";
import { timeTicks } from "./time-ticks";
import { type PointTooltip, TooltipLayer } from "./tooltip-layer";
import { useTimeGestures } from "./use-time-gestures";

const WIDTH_OF_TICK = 84;
/** Ms between two clicks that are one. */
const DOUBLE_CLICK = 600;

/** Charts of one page share the crosshair. */
export const CROSSHAIR = "node-over-time";

export interface TimeFrameProps extends Pick<TimePlotProps, "label" | "rows" | "shapes" | "top"> {
  readonly span: TimeSpan;
  /** Of the points that the rows draw. */
  readonly times: readonly number[];
  readonly zone: string;
  readonly height: number;
  readonly syncId: string;
  readonly momentMs?: number | undefined;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomBack: () => void;
  /** What stands on the plot, given its size: labels of bands. */
  readonly over?: (size: { readonly width: number; readonly height: number }) => ReactNode;
  /** What is told of a point that the crosshair stands on. */
  readonly tooltip: PointTooltip;
  /** The same in a few words, for those who move the crosshair by keyboard and do not see it. */
  readonly spoken: (point: number) => string;
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
  const pickedAt = useRef(Number.NEGATIVE_INFINITY);
  const [here, setHere] = useState<"pointer" | "keys">();
  const unpin = useCallback(() => setPinned(undefined), []);
  const isPinned = pinned !== undefined && pinned >= span.fromMs && pinned <= span.toMs;
  useEscape(isPinned, unpin);
  const gestures = useTimeGestures({
    span,
    selection,
    onZoom: (fromMs, toMs) => {
      unpin();
      props.onZoom(fromMs, toMs);
    },
    onPick: (ms) => {
      pickedAt.current = performance.now();
      setPinned(ms);
    },
  });

  function onDoubleClick({ target }: MouseEvent): void {
    // The card that the first click pinned may have come to lie under the second one.
    const isFresh = performance.now() - pickedAt.current < DOUBLE_CLICK;
    if (!isFresh && target instanceof Element && target.closest("[data-over-plot]")) return;
    unpin();
    onZoomBack();
  }

  function onKeyDownCapture(event: KeyboardEvent): void {
    const at = hover.get();
    setHere("keys");
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
      className="relative touch-pan-y select-none [&_g:focus]:outline-none"
      style={{ height }}
      {...gestures}
      onDoubleClick={onDoubleClick}
      onKeyDownCapture={onKeyDownCapture}
      onPointerEnter={() => setHere("pointer")}
      onPointerLeave={() => setHere(undefined)}
      onFocus={() => setHere((now) => now ?? "keys")}
      onBlur={() => setHere((now) => (now === "keys" ? undefined : now))}
    >
      {empty ?? <Plot {...props} width={width} hover={hover} />}
      {over?.({ width, height })}
      <div
        ref={selection}
        hidden
        className="pointer-events-none absolute border-accent border-x bg-accent/15"
        style={{ top: MARGIN.top, bottom: MARGIN.bottom }}
      />
      <Marker ms={props.momentMs} span={span} width={width} look="border-accent" hasHead />
      <Marker ms={pinned} span={span} width={width} look="border-ink border-dashed" />
      {empty || (!here && !isPinned) ? null : (
        <TooltipLayer
          {...props}
          width={width}
          hover={hover}
          pinned={isPinned ? pinned : undefined}
          unpin={unpin}
          isSpoken={here === "keys"}
        />
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
  /** The chosen moment has a head, the pinned one is dashed: not colour alone. */
  readonly hasHead?: boolean;
}

function Marker({ ms, span, width, look, hasHead = false }: MarkerProps) {
  if (ms === undefined || ms < span.fromMs || ms > span.toMs) return null;
  return (
    <div
      aria-hidden
      className={`pointer-events-none absolute border-l ${look}`}
      style={{ left: xOf(ms, span, width), top: 0, bottom: MARGIN.bottom }}
    >
      {hasHead ? (
        <span className="absolute -top-1 -left-[6px] border-x-[6px] border-x-transparent border-t-8 border-t-accent" />
      ) : null}
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
