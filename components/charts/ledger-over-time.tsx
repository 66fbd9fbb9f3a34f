"use client";

import { useDeferredValue, useMemo } from "react";
import type { NodeEvent, NodeHistory } from "@/server/core/series/history";
import { BucketSwatch } from "../bucket-swatch";
import { formatDuration } from "../format-time";
import { UnbrokenSizes } from "../unbroken-sizes";
import { BandLabels, labelPlaces } from "./time/band-labels";
import { DISPLAY_IDS, displayStyle, type LedgerView, visibleIds } from "./time/display-buckets";
import { EventStrip } from "./time/event-strip";
import { type LedgerModel, ledgerModel, ledgerSummary, momentsOf } from "./time/ledger-model";
import { spokenReading } from "./time/ledger-reading";
import { measuredIds } from "./time/ledger-rows";
import { LedgerTooltip } from "./time/ledger-tooltip";
import { STAT_COLUMNS } from "./time/legend-sort";
import { PointsTable } from "./time/points-table";
import { SeriesLegend } from "./time/series-legend";
import { statsOf } from "./time/series-stats";
import { TimeFrame } from "./time/time-frame";
import { formatSpan } from "./time/zone-time";
import { ZoomSliders } from "./time/zoom-sliders";
import { useNarrowScreen } from "./use-narrow-screen";

interface LedgerOverTimeProps {
  readonly history: NodeHistory;
  readonly events: readonly NodeEvent[];
  /** IANA name of the time zone that every time is shown in. */
  readonly zone: string;
  readonly view: LedgerView;
  /** Ids of the display buckets that alone are shown; none for all. */
  readonly isolated: readonly string[];
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomBack: () => void;
  readonly onIsolate: (ids: readonly string[]) => void;
  readonly onMoment: (ms: number) => void;
  /** The chosen moment, marked in the plot. */
  readonly momentMs?: number | undefined;
}

/** MemTotal of a node over time, band on band: drawn, told in a sentence, and as tables. */
export function LedgerOverTime(props: LedgerOverTimeProps) {
  const { history, events, zone, view, isolated, onZoom, onZoomBack, onMoment } = props;
  // The legend answers at once; the chart follows.
  const drawn = useDeferredValue(isolated);
  const model = useMemo(() => ledgerModel(history, view, drawn), [history, view, drawn]);
  const summary = useMemo(() => ledgerSummary(history, model, zone), [history, model, zone]);
  const { span, points, ids } = model;
  const height = useNarrowScreen() === true ? 288 : 384;

  const tooltip = (at: number, isPinned: boolean, onUnpin: () => void) => {
    const point = points[at];
    const first = points[0];
    if (!point || !first) return null;
    return <LedgerTooltip {...{ point, first, ids, zone, isPinned, onUnpin, onMoment }} />;
  };

  return (
    <figure aria-label={`Memory of ${history.node} over time`}>
      <p className="mb-1 flex flex-wrap justify-between gap-x-6 text-12 text-muted">
        <span>{points.length > 0 ? <UnbrokenSizes text={model.scale} /> : null}</span>
        <span>
          {formatSpan(span.fromMs, span.toMs, zone)}
          {points.length > 1 ? `, one point per ${formatDuration(history.stepMs / 1000)}` : ""}
        </span>
      </p>
      <TimeFrame
        label={`Memory of ${history.node} over time, stacked`}
        rows={model.rows}
        times={model.times}
        shapes={model.shapes}
        top={model.top}
        span={span}
        zone={zone}
        height={height}
        momentMs={props.momentMs}
        onZoom={onZoom}
        onZoomBack={onZoomBack}
        over={(size) => <Labels model={model} size={size} />}
        tooltip={tooltip}
        spoken={(at) => (points[at] ? spokenReading(points[at], ids, zone) : "")}
        empty={points.length > 0 ? undefined : <NoSamples onZoomBack={onZoomBack} />}
      />
      <EventStrip events={events} span={span} zone={zone} onMoment={onMoment} />
      <figcaption>
        <p className="mt-2 min-h-15 max-w-prose text-13 text-muted sm:min-h-10">
          <UnbrokenSizes text={summary} />
        </p>
        {points.length > 0 ? <Numbers {...props} model={model} /> : null}
      </figcaption>
    </figure>
  );
}

function Labels({
  model: { rows, ids, span, top },
  size,
}: {
  readonly model: LedgerModel;
  readonly size: { readonly width: number; readonly height: number };
}) {
  const { width, height } = size;
  const names = useMemo(() => ids.map((id) => displayStyle(id).short), [ids]);
  const places = useMemo(
    () => labelPlaces({ rows, names, span, top, size: { width, height } }),
    [rows, names, span, top, width, height],
  );
  return <BandLabels places={places} names={names} size={size} />;
}

function NoSamples({ onZoomBack }: { readonly onZoomBack: () => void }) {
  return (
    <div className="flex h-full flex-col items-center justify-center border-y border-dashed">
      <p className="font-medium text-14">No sample in this window</p>
      <p className="mt-1 text-13 text-muted">
        The node sent nothing then, or it is older than what is kept.{" "}
        <button type="button" className="link" onClick={onZoomBack}>
          Back to where you came from
        </button>
      </p>
    </div>
  );
}

function Numbers({
  model: { points, span },
  zone,
  view,
  isolated,
  ...props
}: LedgerOverTimeProps & { readonly model: LedgerModel }) {
  const ids = useMemo(() => measuredIds(points, DISPLAY_IDS), [points]);
  const legend = useMemo(
    () =>
      measuredIds(points, visibleIds(view, []))
        .toReversed()
        .map((id) => ({
          id,
          name: displayStyle(id).label,
          swatch: <BucketSwatch id={displayStyle(id).bucket} />,
          stats: statsOf(momentsOf(points, id)),
        })),
    [points, view],
  );
  const columns = useMemo(
    () => [
      ...ids.map((id) => ({ id, name: displayStyle(id).short })),
      { id: "memTotal", name: "MemTotal" },
    ],
    [ids],
  );
  const rows = useMemo(
    () =>
      points.map(({ atMs, sizes, memTotal }) => ({
        atMs,
        cells: [...ids.map((id) => sizes[id]), memTotal],
      })),
    [points, ids],
  );
  return (
    <>
      <div className="mt-3">
        <SeriesLegend
          kind="Bucket"
          rows={legend}
          columns={STAT_COLUMNS}
          isolated={isolated}
          onIsolate={props.onIsolate}
        />
      </div>
      <div className="mt-2 grid gap-1">
        <ZoomSliders span={span} zone={zone} onZoom={props.onZoom} onZoomBack={props.onZoomBack} />
        <PointsTable label="All points" columns={columns} rows={rows} />
      </div>
    </>
  );
}
