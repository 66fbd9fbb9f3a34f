"use client";

import dynamic from "next/dynamic";
import { MARGIN } from "./plot-geometry";

/** The chart library is loaded where there is something to draw, into a frame that already has its height. */
export const LazyTimePlot = dynamic(() => import("./time-plot").then(({ TimePlot }) => TimePlot), {
  ssr: false,
  loading: PlotSkeleton,
});

/** Where the chart will stand. */
export function PlotSkeleton() {
  return (
    <div
      aria-hidden
      className="absolute border-rule-strong border-b bg-sunken"
      style={{
        top: MARGIN.top,
        right: MARGIN.right,
        bottom: MARGIN.bottom,
        left: MARGIN.left,
      }}
    />
  );
}
