"use client";

import { memo, useMemo } from "react";
import type {
  HistoryPoint,
  NodeHistory,
  NodePanels,
  PanelSeries,
} from "@/server/core/series/history";
import type { Bytes } from "@/server/core/units";
import { type PanelContext, TimePanel } from "./time/time-panel";

interface TimePanelsProps
  extends Pick<PanelContext, "zone" | "onZoom" | "onZoomBack" | "onMoment" | "momentMs"> {
  readonly panels: NodePanels;
  /** The same history as the picture above: its span, and what is available and in sockets. */
  readonly history: NodeHistory;
}

const HEAVIER = "The agent sends them with every tenth push.";

/** Under the picture, over the same span: who may hold what it shows. */
export const TimePanels = memo(function TimePanels(props: TimePanelsProps) {
  const { panels, history, zone, onZoom, onZoomBack, onMoment, momentMs } = props;
  const { fromMs, toMs, stepMs } = history;
  const span = useMemo(() => ({ fromMs, toMs }), [fromMs, toMs]);
  const { available, sockets } = useMemo(() => linesOf(history.points), [history.points]);
  const context: PanelContext = useMemo(
    () => ({ span, stepMs, zone, onZoom, onZoomBack, onMoment, momentMs }),
    [span, stepMs, zone, onZoom, onZoomBack, onMoment, momentMs],
  );
  return (
    <div className="grid grid-cols-1 gap-10">
      <TimePanel
        title="Slab caches"
        note="The largest and those that grew most"
        kind="Cache"
        series={panels.slabCaches}
        missing={`No slab caches were sent in this window. ${HEAVIER} Reading them needs root.`}
        context={context}
      />
      <TimePanel
        title="Socket holders"
        note="At most so much do the queues of a process pin"
        kind="Process"
        series={panels.holders}
        missing={`No process with filled socket queues was sent in this window. ${HEAVIER}`}
        context={context}
      />
      <TimePanel
        title="Cgroups"
        note="Memory that is charged to a cgroup and all below it"
        kind="Cgroup"
        series={panels.cgroups}
        missing={`No cgroups were sent in this window. ${HEAVIER}`}
        context={context}
      />
      <TimePanel
        title="Sockets and unexplained memory"
        note="Unexplained: unaccounted memory without what the socket counters own of it"
        kind="Series"
        series={sockets}
        missing="Neither was measured in this window."
        context={context}
      />
      <TimePanel
        title="Available memory"
        note="MemAvailable: what the kernel could give without swapping"
        kind="Series"
        series={available}
        missing="MemAvailable was not measured in this window: kernels before 3.14 lack it."
        context={context}
      />
    </div>
  );
});

function linesOf(points: readonly HistoryPoint[]) {
  const line = (name: string, value: (point: HistoryPoint) => Bytes | undefined): PanelSeries[] => {
    const measured = points.flatMap((point) => {
      const bytes = value(point);
      return bytes === undefined ? [] : [{ atMs: point.atMs, bytes }];
    });
    return measured.length > 0 ? [{ name, points: measured }] : [];
  };
  const hasPeaks = points.some((point) => (point.unexplainedMax ?? 0) > (point.unexplained ?? 0));
  return {
    available: line("Available", ({ available }) => available),
    sockets: [
      ...line("Sockets", ({ sockets }) => sockets),
      ...line("Unexplained", ({ unexplained }) => unexplained),
      ...(hasPeaks
        ? line("Unexplained, peak of the slot", ({ unexplainedMax }) => unexplainedMax)
        : []),
    ],
  };
}
