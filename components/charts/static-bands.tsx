import { bucketStyle } from "../bucket-style";
import type { Orientation } from "./band-shape";
import type { BandRow } from "./composition-layout";

const FILL_CLASS = { solid: "", hatch: "hatch", outline: "free-swatch" } as const;

/** The same bands in plain HTML: what the server sends, and what stands there until the chart is drawn. */
export function StaticBands({ row, orientation }: { row: BandRow; orientation: Orientation }) {
  const isAcross = orientation === "across";
  const separator = isAcross ? "border-paper border-r" : "border-paper border-t";
  return (
    <div
      aria-hidden
      className={`absolute flex ${isAcross ? "inset-x-0 top-11 bottom-0" : "inset-y-0 right-27 left-0 flex-col-reverse"}`}
    >
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
    </div>
  );
}
