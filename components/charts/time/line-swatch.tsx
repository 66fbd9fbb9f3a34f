import type { PlotShape } from "./time-plot";

/** The line of a panel as it is drawn: colour and dash. */
export function LineSwatch({ shape: { colour, dash } }: { readonly shape: PlotShape }) {
  return (
    <svg aria-hidden="true" width={16} height={12} className="shrink-0">
      <line
        x1={0}
        x2={16}
        y1={6}
        y2={6}
        stroke={colour}
        strokeWidth={3}
        {...(dash ? { strokeDasharray: dash } : {})}
      />
    </svg>
  );
}
