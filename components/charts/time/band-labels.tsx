import type { Bytes } from "@/server/core/units";
import { MARGIN, type TimeSpan, xOf } from "./plot-geometry";
import type { PlotRow } from "./plot-rows";

export interface LabelPlace {
  readonly at: number;
  readonly x: number;
  readonly y: number;
}

/** A band that is lower than this has no label, px. */
const LEAST_HEIGHT = 14;
/** Upper estimate of a letter of Geist at 12 px. */
const LETTER = 6.4;

interface PlaceInput {
  readonly rows: readonly PlotRow[];
  readonly names: readonly string[];
  readonly span: TimeSpan;
  readonly top: Bytes;
  readonly size: { readonly width: number; readonly height: number };
}

/**
 * Where each band's name fits inside it: the rightmost stretch as wide as the name in which the band is at least
 * 14 px high all along and not interrupted. None where it fits nowhere.
 */
export function labelPlaces({ rows, names, span, top, size }: PlaceInput): readonly LabelPlace[] {
  const plot = size.height - MARGIN.top - MARGIN.bottom;
  const y = (bytes: Bytes) => MARGIN.top + plot * (1 - bytes / Math.max(1, top));
  const xs = rows.map(({ t }) => xOf(t, span, size.width));
  const right = size.width - MARGIN.right - 4;
  return names.flatMap((name, at) => {
    const width = name.length * LETTER + 8;
    const edges = rows.map(({ values }) => {
      const value = values[at];
      return Array.isArray(value) ? { low: y(value[0]), high: y(value[1]) } : undefined;
    });
    for (let last = rows.length - 1; last >= 0; last--) {
      const end = Math.min(right, xs[last] ?? 0);
      const place = clearStretch(edges, xs, last, end - width);
      if (place) return [{ at, x: end - 4, y: place.middle }];
    }
    return [];
  });
}

type Edge = { readonly low: number; readonly high: number } | undefined;

/** From row `last` back to `until` px: the strip that lies inside the band all along, if it is high enough. */
function clearStretch(edges: readonly Edge[], xs: readonly number[], last: number, until: number) {
  if (until < MARGIN.left) return undefined;
  let [ceiling, floor] = [0, Number.POSITIVE_INFINITY];
  for (let i = last; i >= 0; i--) {
    const edge = edges[i];
    if (!edge) return undefined;
    ceiling = Math.max(ceiling, edge.high);
    floor = Math.min(floor, edge.low);
    if (floor - ceiling < LEAST_HEIGHT) return undefined;
    if ((xs[i] ?? 0) <= until) return { middle: (ceiling + floor) / 2 };
  }
  return undefined;
}

interface BandLabelsProps {
  readonly places: readonly LabelPlace[];
  readonly names: readonly string[];
  readonly size: { readonly width: number; readonly height: number };
}

/** The names on the bands, each with a rim of ground so that it is read on any colour and on the hatch. */
export function BandLabels({ places, names, size }: BandLabelsProps) {
  return (
    <svg
      aria-hidden="true"
      width={size.width}
      height={size.height}
      className="pointer-events-none absolute inset-0 overflow-hidden"
    >
      {places.map(({ at, x, y }) => (
        <text
          key={names[at]}
          x={x}
          y={y + 4}
          fontSize={12}
          textAnchor="end"
          fill="var(--ink)"
          stroke="var(--paper)"
          strokeWidth={4}
          strokeLinejoin="round"
          paintOrder="stroke"
        >
          {names[at]}
        </text>
      ))}
    </svg>
  );
}
