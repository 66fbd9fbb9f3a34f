import type { SeriesStore } from "../store/series";

/** What the node page draws over time. Nothing is remembered here: every call asks the store. */
export function createNodeHistory(series: SeriesStore) {
  return { history: series.readHistory, panels: series.readPanels };
}
