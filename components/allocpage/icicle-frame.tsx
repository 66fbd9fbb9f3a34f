import { fitText } from "./fit-text";
import { bucketColour, changeColour } from "./icicle-colour";
import type { IcicleBox } from "./icicle-layout";

interface IcicleFrameProps {
  readonly id: string | undefined;
  readonly box: IcicleBox;
  readonly rowHeight: number;
  readonly label: string | undefined;
  readonly isActive: boolean;
  /** Holds what is searched for. */
  readonly isFound: boolean;
  readonly isComparison: boolean;
  readonly onActivate: (key: string) => void;
  readonly onZoom: (key: string) => void;
}

/** One frame of the picture: its box and as much of its name as fits. */
export function IcicleFrame(props: IcicleFrameProps) {
  const { id, box, rowHeight, label, isActive, isFound, isComparison } = props;
  const { x, width, row, node, merged } = box;
  const y = row * rowHeight;
  const place = { x: x + 0.5, y: y + 0.5, width: Math.max(1, width - 1), height: rowHeight - 2 };
  if (!node)
    return (
      <g aria-hidden>
        <title>{`${merged} frames, each too narrow to draw`}</title>
        <rect {...place} fill="var(--rule)" />
      </g>
    );
  const colour = isComparison ? changeColour(node) : bucketColour(node);
  return (
    <g
      id={id}
      role="treeitem"
      aria-level={row + 1}
      aria-label={label}
      aria-selected={isActive}
      tabIndex={isActive ? 0 : -1}
      className="cursor-pointer focus-visible:outline-none"
      onClick={() => props.onZoom(node.key)}
      onMouseEnter={() => props.onActivate(node.key)}
      onFocus={() => props.onActivate(node.key)}
    >
      <rect
        {...place}
        rx={2}
        fill={isFound ? "var(--mark)" : colour.fill}
        stroke={strokeOf(props, colour.stroke)}
        strokeWidth={isActive ? 2 : 1}
      />
      <text
        x={x + 5}
        y={y + rowHeight / 2}
        dominantBaseline="central"
        className={`font-mono text-12 ${isFound ? "font-semibold" : ""}`}
        fill="var(--ink)"
      >
        {fitText(node.name, width)}
      </text>
    </g>
  );
}

/** Beside each other, outlines of narrow frames would be all there is to see. */
const OUTLINED = 8;

function strokeOf({ box, isActive }: IcicleFrameProps, colour: string): string {
  if (isActive) return "var(--ink)";
  return box.width < OUTLINED ? "none" : colour;
}
