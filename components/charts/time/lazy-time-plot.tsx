"use client";

import dynamic from "next/dynamic";

/** The chart library is loaded where there is something to draw, into a frame that already has its height. */
export const LazyTimePlot = dynamic(() => import("./time-plot").then(({ TimePlot }) => TimePlot), {
  ssr: false,
});
