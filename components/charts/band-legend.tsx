import type { BucketId } from "@/server/core/report";
import { bucketStyle } from "../bucket-style";
import { BucketSwatch } from "../bucket-swatch";
import { Size } from "../size";
import type { CompositionLayout } from "./composition-layout";

interface BandLegendProps {
  readonly layout: CompositionLayout;
  readonly onActivate: (id: BucketId) => void;
}

/** Every band by name, in drawing order; each leads to its row of the ledger. */
export function BandLegend({ layout, onActivate }: BandLegendProps) {
  const socket = layout.whole.bands.find(({ inside }) => inside)?.inside;
  return (
    <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-12">
      {layout.whole.bands.map(({ id, bytes }) => (
        <li key={id}>
          <a
            href={`#bucket-${id}`}
            className="inline-flex min-h-6 items-center gap-1.5 hover:underline"
            onMouseEnter={() => onActivate(id)}
            onFocus={() => onActivate(id)}
          >
            <BucketSwatch id={id} />
            <span className="text-muted">{bucketStyle(id).short} </span>
            <Size bytes={bytes} />
          </a>
        </li>
      ))}
      {socket ? (
        <li className="inline-flex min-h-6 items-center gap-1.5">
          <span aria-hidden className="size-3 rounded-mark bg-(--bucket-sockets)" />
          <span className="text-muted">{socket.label}, inside unaccounted, at least</span>
          <Size bytes={socket.bytes} />
        </li>
      ) : null}
    </ul>
  );
}
