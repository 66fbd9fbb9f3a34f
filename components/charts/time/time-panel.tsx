"use client";

import { type ReactNode, useDeferredValue, useMemo, useState } from "react";
import type { PanelSeries } from "@/server/core/series/history";
import { UnbrokenSizes } from "../../unbroken-sizes";
import { LineSwatch } from "./line-swatch";
import { type PanelModel, panelLines, panelModel, panelSummary, spokenPanel } from "./panel-model";
import { PanelTooltip } from "./panel-tooltip";
import type { TimeSpan } from "./plot-geometry";
import { PointsTable } from "./points-table";
import { SeriesLegend } from "./series-legend";
import { TimeFrame } from "./time-frame";

/** What all panels of a page have in common. */
export interface PanelContext {
  readonly span: TimeSpan;
  readonly stepMs: number;
  readonly zone: string;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomBack: () => void;
  readonly onMoment: (ms: number) => void;
  readonly momentMs?: number | undefined;
}

interface TimePanelProps {
  readonly title: string;
  /** What the lines measure, in one line. */
  readonly note: string;
  /** What one line is: "Cache". */
  readonly kind: string;
  readonly series: readonly PanelSeries[];
  /** Why there is nothing, and what would send it. */
  readonly missing: string;
  readonly context: PanelContext;
}

const HEIGHT = 176;
const MOST_LISTED = 8;
const COLUMNS = ["last", "change", "slope"] as const;

/** One panel of lines under the picture: same span, same crosshair, same gestures. */
export function TimePanel({ title, note, kind, series, missing, context }: TimePanelProps) {
  const { span, stepMs, zone, onMoment } = context;
  const [isolated, setIsolated] = useState<readonly string[]>([]);
  // The legend answers at once; the chart follows.
  const drawn = useDeferredValue(isolated);
  const lines = useMemo(() => panelLines(series), [series]);
  const model = useMemo(() => panelModel(lines, span, stepMs, drawn), [lines, span, stepMs, drawn]);
  if (lines.length === 0) return <Missing title={title}>{missing}</Missing>;

  const tooltip = (point: number, isPinned: boolean, onUnpin: () => void) => {
    const atMs = model.times[point];
    if (atMs === undefined) return null;
    return <PanelTooltip {...{ lines: model.drawn, atMs, zone, isPinned, onUnpin, onMoment }} />;
  };
  return (
    <figure aria-label={title}>
      <Heading title={title}>{note}</Heading>
      <TimeFrame
        {...context}
        label={title}
        rows={model.rows}
        times={model.times}
        shapes={model.shapes}
        top={model.top}
        height={HEIGHT}
        tooltip={tooltip}
        spoken={(point) => spokenPanel(model, point, zone)}
      />
      <SeriesLegend
        kind={kind}
        rows={legendRows(model)}
        columns={COLUMNS}
        isolated={isolated}
        onIsolate={setIsolated}
        most={MOST_LISTED}
      />
      <Words model={model} title={title} context={context} />
    </figure>
  );
}

function legendRows({ lines, drawn }: PanelModel) {
  return lines.map((line) => ({
    id: line.id,
    name: line.name,
    title: line.series.name,
    swatch: drawn.includes(line) ? <LineSwatch shape={line.shape} /> : <span className="w-4" />,
    stats: line.stats,
  }));
}

function Words({
  model,
  title,
  context: { span, stepMs, zone },
}: Pick<TimePanelProps, "title" | "context"> & { readonly model: PanelModel }) {
  const { lines, times } = model;
  const summary = useMemo(
    () => panelSummary(model, span, stepMs, zone),
    [model, span, stepMs, zone],
  );
  const rows = useMemo(() => {
    const values = lines.map(
      ({ series }) => new Map(series.points.map(({ atMs, bytes }) => [atMs, bytes])),
    );
    return times.map((atMs) => ({ atMs, cells: values.map((of) => of.get(atMs)) }));
  }, [lines, times]);
  const columns = lines.map(({ id, name, series }) => ({ id, name, title: series.name }));
  return (
    <figcaption>
      <p className="mt-2 min-h-10 max-w-prose text-13 text-muted">
        <UnbrokenSizes text={summary} />
      </p>
      <PointsTable label={`${title}: all points`} columns={columns} rows={rows} />
    </figcaption>
  );
}

function Heading({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="mb-1 flex flex-wrap items-baseline gap-x-3">
      <h3 className="font-medium text-14">{title}</h3>
      <p className="text-12 text-muted">{children}</p>
    </div>
  );
}

function Missing({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="border-y border-dashed py-4">
      <h3 className="font-medium text-14">{title}</h3>
      <p className="mt-1 max-w-prose text-13 text-muted">{children}</p>
    </div>
  );
}
