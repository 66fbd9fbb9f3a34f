import { bucketStyle } from "../bucket-style";
import type { BandRow } from "./composition-layout";

const FILL_CLASS = { solid: "", hatch: "hatch", outline: "free-swatch" } as const;

/** Bands in plain HTML that need no script: left to right, or from bottom to top. */
export function BandStrip({
  row,
  direction,
}: {
  readonly row: BandRow;
  readonly direction: "across" | "upright";
}) {
  const isAcross = direction === "across";
  const separator = isAcross ? "border-paper border-r" : "border-paper border-t";
  return (
    <span aria-hidden className={`flex h-full w-full ${isAcross ? "" : "flex-col-reverse"}`}>
      {row.bands.map(({ id, bytes }) => {
        const { colour, fill } = bucketStyle(id);
        return (
          <span
            key={id}
            className={`min-h-0 min-w-0 ${bytes > row.total / 200 ? separator : ""} ${FILL_CLASS[fill]}`}
            style={{
              flex: `${bytes / row.total} 1 0px`,
              ...(fill === "solid" ? { backgroundColor: colour } : {}),
            }}
          />
        );
      })}
    </span>
  );
}
