import type { SeriesStats } from "./series-stats";

export const STAT_COLUMNS = ["last", "min", "max", "change", "slope"] as const;
export type StatColumn = (typeof STAT_COLUMNS)[number];
export interface LegendSort {
  readonly column: StatColumn;
  readonly isDescending: boolean;
}

/** First largest, then smallest, then the order of the picture again. */
export function nextSort(sort: LegendSort | undefined, column: StatColumn): LegendSort | undefined {
  if (sort?.column !== column) return { column, isDescending: true };
  return sort.isDescending ? { column, isDescending: false } : undefined;
}

/** Rows by a column; what has no value there stands last either way. */
export function sortedRows<T extends { readonly stats: SeriesStats | undefined }>(
  rows: readonly T[],
  sort: LegendSort | undefined,
): readonly T[] {
  if (!sort) return rows;
  const { column, isDescending } = sort;
  const sign = isDescending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [a.stats?.[column], b.stats?.[column]];
    if (x === undefined || y === undefined)
      return Number(x === undefined) - Number(y === undefined);
    return sign * (x - y);
  });
}
