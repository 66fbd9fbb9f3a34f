import {
  formatBytes,
  formatBytesDifference,
  formatExactBytes,
  formatPercent,
} from "@/server/core/format-bytes";
import type { Bytes } from "@/server/core/units";
import { bucketStyle } from "../../bucket-style";
import { BucketSwatch } from "../../bucket-swatch";
import { Size } from "../../size";
import { UnbrokenSizes } from "../../unbroken-sizes";
import { type DisplayId, displayStyle, OTHER_KERNEL } from "./display-buckets";
import { pointAsJson, type Reading, readingAsTsv, readingOf } from "./ledger-reading";
import type { LedgerPoint } from "./ledger-rows";
import { TooltipCard } from "./tooltip-card";

interface LedgerTooltipProps {
  readonly point: LedgerPoint;
  readonly first: LedgerPoint;
  readonly ids: readonly DisplayId[];
  readonly zone: string;
  readonly isPinned: boolean;
  readonly onUnpin: () => void;
  readonly onMoment: (ms: number) => void;
}

/** Every bucket at one moment, largest first, and that they add up to MemTotal. */
export function LedgerTooltip(props: LedgerTooltipProps) {
  const { point, first, ids } = props;
  const reading = readingOf(point, first, ids);
  const { memTotal, sum, hidden } = reading;
  const sockets = ids.includes("unaccounted") ? point.source.sockets : undefined;
  return (
    <TooltipCard
      {...props}
      atMs={point.atMs}
      copies={[
        { what: "TSV", text: readingAsTsv(reading, point.atMs, first.atMs) },
        { what: "JSON", text: pointAsJson(point) },
      ]}
    >
      <table className="mt-1 w-full">
        <thead className="sr-only">
          <tr>
            <th scope="col">Bucket</th>
            <th scope="col">Size</th>
            <th scope="col">Of MemTotal</th>
            <th scope="col">Change since the start of the window</th>
          </tr>
        </thead>
        <tbody>
          {reading.rows.map(({ id, bytes, change }) => (
            <tr key={id}>
              <th scope="row" className="max-w-36 py-px text-left font-normal">
                <span className="flex items-center gap-1.5">
                  <BucketSwatch id={displayStyle(id).bucket} />
                  <span className="truncate">{displayStyle(id).short}</span>
                </span>
              </th>
              <SizeCells bytes={bytes} memTotal={memTotal} />
              <td className="whitespace-nowrap pl-3 text-right text-faint">
                {change === undefined ? "—" : formatBytesDifference(change)}
              </td>
            </tr>
          ))}
          {hidden === undefined ? null : (
            <tr>
              <th scope="row" className="py-px text-left font-normal">
                Not drawn here
              </th>
              <SizeCells bytes={hidden} memTotal={memTotal} />
              <td />
            </tr>
          )}
        </tbody>
        <tfoot className="border-t font-medium text-ink">
          <tr>
            <th scope="row" className="text-left font-medium">
              Sum
            </th>
            <SizeCells bytes={sum} memTotal={memTotal} />
            <td />
          </tr>
          <tr>
            <th scope="row" className="text-left font-medium">
              MemTotal
            </th>
            <SizeCells bytes={memTotal} memTotal={memTotal} />
            <td className="pl-3 text-right font-normal text-faint">
              {memTotal === first.memTotal ? "" : formatBytesDifference(memTotal - first.memTotal)}
            </td>
          </tr>
        </tfoot>
      </table>
      <Remarks reading={reading} sockets={sockets} />
      {ids.length <= 4 && ids.includes("kernel") ? <OtherKernel point={point} /> : null}
    </TooltipCard>
  );
}

function SizeCells({ bytes, memTotal }: { readonly bytes: Bytes; readonly memTotal: Bytes }) {
  return (
    <>
      <td className="pl-2 text-right text-ink">
        <Size bytes={bytes} />
      </td>
      <td className="whitespace-nowrap pl-3 text-right">{formatPercent(bytes, memTotal)}</td>
    </>
  );
}

function Remarks({
  reading,
  sockets,
}: {
  readonly reading: Reading;
  readonly sockets: Bytes | undefined;
}) {
  const { sum, memTotal, rows } = reading;
  const unaccounted = rows.find(({ id }) => id === "unaccounted")?.bytes ?? 0;
  return (
    <>
      {sockets ? (
        <p className="mt-1 flex items-center gap-1.5">
          <span
            aria-hidden
            className="hatch size-3 shrink-0 rounded-mark [--display-unaccounted:var(--bucket-sockets)]"
          />
          Sockets, inside unaccounted: at least <Size bytes={sockets} />
        </p>
      ) : null}
      {unaccounted < 0 ? (
        <p className="mt-1 text-suspect">
          The counters overlap by {formatBytes(-unaccounted)}: the remainder is negative and is not
          drawn.
        </p>
      ) : null}
      {sum === memTotal ? null : (
        <p className="mt-1 text-suspect" title={formatExactBytes(memTotal - sum)}>
          The buckets differ from MemTotal by {formatBytes(Math.abs(memTotal - sum))}.
        </p>
      )}
    </>
  );
}

const MOST_PARTS = 4;

/** What the other kernel memory is made of, where the kernel is looked at closely. */
function OtherKernel({ point }: Pick<LedgerTooltipProps, "point">) {
  const parts = OTHER_KERNEL.flatMap((id) => {
    const bytes = point.source.buckets[id] ?? 0;
    return bytes > 0 ? [{ id, bytes }] : [];
  }).toSorted((a, b) => b.bytes - a.bytes);
  if (parts.length === 0) return null;
  const words = parts
    .slice(0, MOST_PARTS)
    .map(({ id, bytes }) => `${bucketStyle(id).short} ${formatBytes(bytes)}`);
  return (
    <p className="mt-1">
      <UnbrokenSizes text={`Other kernel: ${words.join(", ")}`} />
    </p>
  );
}
