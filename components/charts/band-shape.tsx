import type { BarShapeProps } from "recharts";
import { bucketStyle } from "../bucket-style";
import type { Band } from "./composition-layout";

export type Orientation = "across" | "upright";

interface BandShapeProps {
  readonly band: Band;
  readonly orientation: Orientation;
  /** Where Recharts put the bar, in pixels. */
  readonly box: Pick<BarShapeProps, "x" | "y" | "width" | "height">;
  readonly hatchId: string;
  readonly isDimmed: boolean;
  readonly label: { readonly name: string; readonly size: string };
}

const GAP = 1;
/** Upper estimates of Geist at 12 and 13 px: the server and the first frame cannot measure text. */
const NAME_WIDTH = 6;
const SIZE_WIDTH = 7.2;

/** One band: fill, what is proven inside it, and its name and size where they fit. */
export function BandShape(props: BandShapeProps) {
  const { band, box, hatchId, isDimmed, orientation } = props;
  const rect = inset(box, orientation);
  const { colour, fill } = bucketStyle(band.id);
  return (
    <g>
      <g opacity={isDimmed ? 0.35 : 1}>
        <rect {...rect} fill={fill === "hatch" ? `url(#${hatchId})` : colour} />
        {fill === "outline" ? (
          <rect {...shrink(rect)} fill="none" stroke="var(--free-outline)" strokeWidth={1} />
        ) : null}
        {band.inside ? <Inside {...props} /> : null}
      </g>
      <BandLabel {...props} />
    </g>
  );
}

function Inside({ band, box, orientation }: BandShapeProps) {
  if (!band.inside) return null;
  const part = band.inside.bytes / band.bytes;
  const rect = inset(box, orientation);
  const strip =
    orientation === "across"
      ? { ...rect, y: rect.y + rect.height - 12, height: 12, width: rect.width * part }
      : { ...rect, width: 12, height: rect.height * part, y: rect.y + rect.height * (1 - part) };
  return <rect {...strip} fill="var(--bucket-sockets)" stroke="var(--paper)" strokeWidth={1} />;
}

function BandLabel({ box, label, orientation }: BandShapeProps) {
  if (orientation === "across") {
    const needed = 4 + Math.max(label.name.length * NAME_WIDTH, label.size.length * SIZE_WIDTH);
    if (box.width < needed) return null;
    return (
      <text x={box.x} y={box.y - 24} fontSize={12} fill="var(--muted)">
        {label.name}
        <tspan x={box.x} dy={17} fontSize={13} fontWeight={600} fill="var(--ink)">
          {label.size}
        </tspan>
      </text>
    );
  }
  if (box.height < 14) return null;
  const hasTwoLines = box.height >= 32;
  const middle = box.y + box.height / 2;
  return (
    <text
      x={box.x + box.width + 8}
      y={middle + (hasTwoLines ? -4 : 4)}
      fontSize={12}
      fill="var(--muted)"
    >
      {label.name}
      {hasTwoLines ? (
        <tspan x={box.x + box.width + 8} dy={16} fontSize={13} fontWeight={600} fill="var(--ink)">
          {label.size}
        </tspan>
      ) : null}
    </text>
  );
}

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A hairline of ground after every band that is wide enough to spare it. */
function inset({ x, y, width, height }: Rect, orientation: Orientation): Rect {
  if (orientation === "across") return { x, y, height, width: width > 3 ? width - GAP : width };
  return height > 3 ? { x, y: y + GAP, width, height: height - GAP } : { x, y, width, height };
}

function shrink({ x, y, width, height }: Rect): Rect {
  return {
    x: x + 0.5,
    y: y + 0.5,
    width: Math.max(0, width - 1),
    height: Math.max(0, height - 1),
  };
}
