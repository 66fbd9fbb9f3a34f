import type { Orientation } from "./band-shape";
import { BandStrip } from "./band-strip";
import type { BandRow } from "./composition-layout";

/** What the server sends of a bar, and what stands in its place until the chart is drawn. */
export function StaticBands({ row, orientation }: { row: BandRow; orientation: Orientation }) {
  const place =
    orientation === "across" ? "inset-x-0 top-11 bottom-0" : "inset-y-0 right-27 left-0";
  return (
    <div className={`absolute ${place}`}>
      <BandStrip row={row} direction={orientation} />
    </div>
  );
}
