"use client";

import { memo, useId } from "react";
import {
  Area,
  CartesianGrid,
  ComposedChart,
  type DotItemDotProps,
  Line,
  XAxis,
  YAxis,
} from "recharts";
import type { Bytes } from "@/server/core/units";
import { byteTicks, formatByteTick } from "./byte-ticks";
import { MARGIN, type TimeSpan } from "./plot-geometry";
import { isLonely, type PlotRow } from "./plot-rows";
import type { TimeTick } from "./time-ticks";

/** How one value of every row is drawn. */
export interface PlotShape {
  readonly key: string;
  readonly kind: "band" | "hatched" | "open" | "line";
  /** CSS colour. */
  readonly colour: string;
  readonly dash?: string;
  /** Of a line: some value stands between two that are missing, and is drawn as a dot. */
  readonly hasDots?: boolean;
}

export interface TimePlotProps {
  readonly rows: readonly PlotRow[];
  /** In the order of the values, which is the order of drawing. */
  readonly shapes: readonly PlotShape[];
  readonly span: TimeSpan;
  readonly top: Bytes;
  readonly ticks: readonly TimeTick[];
  readonly size: { readonly width: number; readonly height: number };
}

/**
 * Axes and bands, drawn again only when the data changes. Pointer, keyboard, crosshair and tooltip are not Recharts':
 * a moving pointer made it measure and select in every chart of the page, several times what drawing a line costs.
 */
export const TimePlot = memo(function TimePlot(props: TimePlotProps) {
  const { rows, shapes, span, top, ticks, size } = props;
  const hatchId = useId();
  const labels = new Map(ticks.map((tick) => [tick.ms, tick.label]));
  return (
    <ComposedChart
      accessibilityLayer={false}
      width={size.width}
      height={size.height}
      data={rows as PlotRow[]}
      margin={MARGIN_OF_CHART}
    >
      <defs>
        {shapes.map(({ key, kind, colour }) =>
          kind === "hatched" ? <Hatch key={key} id={`${hatchId}${key}`} colour={colour} /> : null,
        )}
      </defs>
      <CartesianGrid vertical={false} stroke="var(--rule)" />
      <XAxis
        dataKey="t"
        type="number"
        scale="linear"
        domain={[span.fromMs, span.toMs]}
        allowDataOverflow
        ticks={ticks.map(({ ms }) => ms)}
        tickFormatter={(ms: number) => labels.get(ms) ?? ""}
        interval={0}
        height={MARGIN.bottom}
        stroke="var(--rule-strong)"
        tick={TICK}
      />
      <YAxis
        type="number"
        domain={[0, Math.max(1, top)]}
        allowDataOverflow
        ticks={byteTicks(top) as Bytes[]}
        tickFormatter={formatByteTick}
        interval={0}
        width={MARGIN.left}
        axisLine={false}
        tickLine={false}
        tick={TICK}
      />
      {shapes.map((shape, at) => drawn(shape, at, hatchId))}
    </ComposedChart>
  );
});

const MARGIN_OF_CHART = { top: MARGIN.top, right: MARGIN.right, bottom: 0, left: 0 };
const TICK = { fontSize: 12, fill: "var(--muted)" };

function drawn({ key, kind, colour, dash, hasDots }: PlotShape, at: number, hatchId: string) {
  const shared = {
    dataKey: VALUE_AT[at] ?? valueAt(at),
    activeDot: false,
    isAnimationActive: false,
    type: "linear",
    legendType: "none",
  } as const;
  if (kind === "line")
    return (
      <Line
        key={key}
        {...shared}
        dot={hasDots ? lonelyDot(at) : false}
        stroke={colour}
        strokeWidth={1.5}
        {...(dash ? { strokeDasharray: dash } : {})}
      />
    );
  const isOpen = kind === "open";
  return (
    <Area
      key={key}
      {...shared}
      fill={kind === "hatched" ? `url(#${hatchId}${key})` : isOpen ? "none" : colour}
      fillOpacity={1}
      stroke={isOpen ? "var(--free-outline)" : "var(--paper)"}
      strokeWidth={1}
    />
  );
}

/** A value between two that are missing has no line to be on: it is a dot. */
function lonelyDot(at: number) {
  return ({ cx, cy, index, points, stroke }: DotItemDotProps) => {
    if (cx === undefined || cy === undefined) return null;
    if (!isLonely((row) => points[row]?.payload?.values?.[at], index)) return null;
    return <circle key={index} cx={cx} cy={cy} r={2} fill={stroke} stroke="none" />;
  };
}

function Hatch({ id, colour }: { readonly id: string; readonly colour: string }) {
  return (
    <pattern
      id={id}
      width={6}
      height={6}
      patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"
    >
      <rect width={6} height={6} fill="var(--unaccounted-ground)" />
      <rect width={3} height={6} fill={colour} />
    </pattern>
  );
}

function valueAt(at: number) {
  return (row: PlotRow) => row.values[at] ?? null;
}

/** The chart compares accessors by identity. */
const VALUE_AT = Array.from({ length: 24 }, (_, at) => valueAt(at));
