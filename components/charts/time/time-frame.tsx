"use client";

import { type ReactNode, type RefObject, useCallback, useMemo, useRef, useState } from "react";
import { useWidth } from "../../allocpage/use-width";
import { LazyTimePlot, PlotSkeleton } from "./lazy-time-plot";
import { leftOf, MARGIN, nearestIndex, plotWidth, type TimeSpan } from "./plot-geometry";
import { PlotSurface } from "./plot-surface";
import type { TimePlotProps } from "./time-plot";
import { timeTicks } from "./time-ticks";
import { CrosshairLine, type PointTooltip, TooltipLayer } from "./tooltip-layer";
import { useEscape } from "./use-escape";
import { useNear } from "./use-near";

/** Room for a time under the plot, px; on a narrow screen they stand closer. */
const WIDTH_OF_TICK = { wide: 84, narrow: 64 };
const NARROW = 500;
/** Ms between two clicks that are one. */
const DOUBLE_CLICK = 600;

export interface TimeFrameProps extends Pick<TimePlotProps, "rows" | "shapes" | "top"> {
  readonly label: string;
  readonly span: TimeSpan;
  /** Of the points that the rows draw. */
  readonly times: readonly number[];
  readonly zone: string;
  readonly height: number;
  readonly momentMs?: number | undefined;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomBack: () => void;
  /** What stands on the plot, given its size: labels of bands. */
  readonly over?: (size: { readonly width: number; readonly height: number }) => ReactNode;
  /** What is told of a point that the crosshair stands on. */
  readonly tooltip: PointTooltip;
  /** The same in a few words, for those who do not see it. */
  readonly spoken: (point: number) => string;
  /** What stands in the frame when there is nothing to draw. */
  readonly empty?: ReactNode;
}

/** A chart over time with its gestures, its crosshair, its tooltip and the mark of the chosen moment. */
export function TimeFrame(props: TimeFrameProps) {
  const { rows, span, height, empty, over, onZoomBack, spoken } = props;
  const { ref, width } = useWidth(1152);
  const isNear = useNear(ref);
  const selection = useRef<HTMLDivElement>(null);
  const pickedAt = useRef(Number.NEGATIVE_INFINITY);
  const [pinned, setPinned] = useState<number>();
  const [isHere, setIsHere] = useState(false);
  const places = useMemo(() => rows.map(({ t }) => t), [rows]);
  const unpin = useCallback(() => setPinned(undefined), []);
  const isPinned = pinned !== undefined && pinned >= span.fromMs && pinned <= span.toMs;
  const dismiss = useCallback(() => {
    setPinned(undefined);
    setIsHere(false);
  }, []);
  useEscape(isPinned || isHere, dismiss);
  const layer = { ...props, places, width };

  function pick(ms: number): void {
    pickedAt.current = performance.now();
    setPinned(places[nearestIndex(places, ms)]);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: zooming back has a button; this only hears the double click
    <div
      ref={ref}
      className="relative"
      style={{ height }}
      onDoubleClick={() => {
        // On the card a double click marks a word, unless the card has just come to lie under the second click.
        if (isPinned && performance.now() - pickedAt.current > DOUBLE_CLICK) return;
        unpin();
        onZoomBack();
      }}
    >
      {empty ?? (isNear ? <Plot {...props} width={width} /> : <PlotSkeleton />)}
      {isNear ? over?.({ width, height }) : null}
      <Marker ms={props.momentMs} span={span} look="border-accent" hasHead />
      <Marker ms={isPinned ? pinned : undefined} span={span} look="border-ink border-dashed" />
      {empty ? null : (
        <>
          <CrosshairLine {...layer} />
          <Selection box={selection} />
          <PlotSurface
            {...layer}
            selection={selection}
            onZoom={(fromMs, toMs) => {
              unpin();
              props.onZoom(fromMs, toMs);
            }}
            onPick={pick}
            onHere={setIsHere}
            spoken={(place) => {
              const point = rows[place]?.point ?? -1;
              return point < 0 ? "Nothing was measured" : spoken(point);
            }}
          />
        </>
      )}
      {!empty && (isHere || isPinned) ? (
        <TooltipLayer {...layer} pinned={isPinned ? pinned : undefined} unpin={unpin} />
      ) : null}
    </div>
  );
}

function Plot(props: TimeFrameProps & { readonly width: number }) {
  const { rows, shapes, top, width, height, span, zone } = props;
  const most = Math.max(
    2,
    Math.floor(plotWidth(width) / WIDTH_OF_TICK[width < NARROW ? "narrow" : "wide"]),
  );
  const ticks = useMemo(
    () => timeTicks(span.fromMs, span.toMs, zone, most),
    [span.fromMs, span.toMs, zone, most],
  );
  const size = useMemo(() => ({ width, height }), [width, height]);
  return (
    <div aria-hidden className="pointer-events-none contain-paint will-change-transform">
      <LazyTimePlot {...{ rows, shapes, top, span, ticks, size }} />
    </div>
  );
}

/** What a drag has chosen so far: placed by hand, see `useTimeGestures`. */
function Selection({ box }: { readonly box: RefObject<HTMLDivElement | null> }) {
  return (
    <div
      className="pointer-events-none absolute"
      style={{
        top: MARGIN.top,
        bottom: MARGIN.bottom,
        left: MARGIN.left,
        right: MARGIN.right,
      }}
    >
      <div ref={box} hidden className="absolute inset-y-0 border-accent border-x bg-accent/15" />
    </div>
  );
}

interface MarkerProps {
  readonly ms: number | undefined;
  readonly span: TimeSpan;
  readonly look: string;
  /** The chosen moment has a head, the pinned one is dashed: not colour alone. */
  readonly hasHead?: boolean;
}

function Marker({ ms, span, look, hasHead = false }: MarkerProps) {
  if (ms === undefined || ms < span.fromMs || ms > span.toMs) return null;
  return (
    <div
      aria-hidden
      className={`pointer-events-none absolute border-l ${look}`}
      style={{
        left: leftOf((ms - span.fromMs) / Math.max(1, span.toMs - span.fromMs)),
        top: 0,
        bottom: MARGIN.bottom,
      }}
    >
      {hasHead ? (
        <span className="absolute -top-1 -left-[6px] border-x-[6px] border-x-transparent border-t-8 border-t-accent" />
      ) : null}
    </div>
  );
}
