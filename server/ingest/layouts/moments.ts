/** At most so many of a series, evenly spaced, the first and the last among them. */
export function spread<T>(series: readonly T[], most: number): readonly T[] {
  if (series.length <= most) return series;
  const step = (series.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, at) => series[Math.round(at * step)]).filter(
    (one): one is NonNullable<typeof one> => one !== undefined,
  );
}
