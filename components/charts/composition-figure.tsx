import { formatBytes, formatCount, formatPercent } from "@/server/core/format-bytes";
import type { Composition } from "@/server/core/report";
import { bucketStyle } from "../bucket-style";
import { Disclosure } from "../ui/disclosure";
import { UnbrokenSizes } from "../unbroken-sizes";
import { BigPicture } from "./big-picture";
import { layoutComposition } from "./composition-layout";
import { summarizeComposition } from "./composition-summary";

interface CompositionFigureProps {
  readonly composition: Composition;
  readonly name: string;
}

/** The picture of one composition with its sentence, its caveats and its numbers as a table. */
export function CompositionFigure({ composition, name }: CompositionFigureProps) {
  const layout = layoutComposition(composition);
  return (
    <figure aria-label={`Composition of ${name}`}>
      <BigPicture layout={layout} />
      {layout.overlap ? (
        <p className="mt-2 text-13 text-suspect">
          <UnbrokenSizes
            text={`The counters add up to ${formatBytes(layout.overlap)} more than MemTotal. The remainder is negative and is not drawn.`}
          />
        </p>
      ) : null}
      <figcaption className="mt-2">
        <p className="text-13 text-muted">
          <UnbrokenSizes text={summarizeComposition(composition)} />
        </p>
        <Disclosure summary="The same numbers as a table">
          <BandTable composition={composition} />
        </Disclosure>
      </figcaption>
    </figure>
  );
}

function BandTable({ composition: { buckets, memTotal } }: { readonly composition: Composition }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full max-w-prose text-13">
        <thead className="text-left text-12 text-muted">
          <tr className="border-b">
            <th className="py-1 pr-4 font-normal">Bucket</th>
            <th className="py-1 pr-4 text-right font-normal">Bytes</th>
            <th className="py-1 text-right font-normal">Of MemTotal</th>
          </tr>
        </thead>
        <tbody>
          {buckets.map(({ id, bytes }) => (
            <tr key={id} className="border-b">
              <th className="py-1 pr-4 text-left font-normal" scope="row">
                {bucketStyle(id).label}
              </th>
              <td className="py-1 pr-4 text-right">{formatCount(bytes)}</td>
              <td className="whitespace-nowrap py-1 text-right">
                {formatPercent(bytes, memTotal)}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="font-semibold">
            <th className="py-1 pr-4 text-left" scope="row">
              MemTotal
            </th>
            <td className="py-1 pr-4 text-right">{formatCount(memTotal)}</td>
            <td className="whitespace-nowrap py-1 text-right">
              {formatPercent(memTotal, memTotal)}
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
