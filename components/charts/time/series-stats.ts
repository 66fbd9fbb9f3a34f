import type { Bytes } from "@/server/core/units";

export interface SeriesStats {
  readonly last: Bytes;
  readonly min: Bytes;
  readonly max: Bytes;
  /** Last less first. */
  readonly change: Bytes;
  /** Bytes per hour, by least squares over all values; absent where there is but one moment. */
  readonly slope?: number;
}

export interface Moment {
  readonly atMs: number;
  readonly bytes: Bytes;
}

/** What a legend says of a series; undefined when nothing measured it. */
export function statsOf(moments: readonly Moment[]): SeriesStats | undefined {
  const first = moments[0];
  const last = moments.at(-1);
  if (!first || !last) return undefined;
  let [min, max] = [first.bytes, first.bytes];
  for (const { bytes } of moments) {
    min = Math.min(min, bytes);
    max = Math.max(max, bytes);
  }
  const slope = slopeOf(moments);
  return {
    last: last.bytes,
    min,
    max,
    change: last.bytes - first.bytes,
    ...(slope === undefined ? {} : { slope }),
  };
}

function slopeOf(moments: readonly Moment[]): number | undefined {
  const start = moments[0]?.atMs ?? 0;
  const mean = (value: (moment: Moment) => number) =>
    moments.reduce((sum, moment) => sum + value(moment), 0) / moments.length;
  const hours = ({ atMs }: Moment) => (atMs - start) / 3_600_000;
  const [meanHours, meanBytes] = [mean(hours), mean(({ bytes }) => bytes)];
  const spread = mean((moment) => (hours(moment) - meanHours) ** 2);
  if (spread === 0) return undefined;
  return mean((moment) => (hours(moment) - meanHours) * (moment.bytes - meanBytes)) / spread;
}
