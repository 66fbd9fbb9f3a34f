import { Check, X } from "lucide-react";
import {
  formatByteRange,
  formatBytes,
  formatExactBytes,
  formatPercent,
} from "@/server/core/format-bytes";
import type { BucketPart, BucketShare, Composition } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";
import { bucketStyle } from "../bucket-style";
import { BucketSwatch } from "../bucket-swatch";
import { Size } from "../size";
import { ScrollArea } from "../ui/scroll-area";
import { UnbrokenSizes } from "../unbroken-sizes";
import { FieldSources } from "./field-sources";

interface LedgerTableProps {
  readonly composition: Composition;
  readonly pageSize: Bytes;
  readonly base: string | undefined;
}

const HOW: Readonly<Record<BucketShare["how"], string>> = {
  field: "printed",
  derived: "computed",
  remainder: "what is left",
};

/** Every bucket in order, with the fields it comes from, down to the sum that is MemTotal. */
export function LedgerTable({ composition, pageSize, base }: LedgerTableProps) {
  const { buckets, memTotal } = composition;
  const sum = buckets.reduce((total, { bytes }) => total + bytes, 0);
  return (
    <>
      <ScrollArea label="Ledger, table">
        <table className="w-full min-w-2xl table-fixed text-13">
          <thead className="text-left text-12 text-muted">
            <tr className="border-b">
              <th className="w-[34%] py-1.5 pr-4 font-normal">Bucket</th>
              <th className="w-44 py-1.5 pr-4 text-right font-normal">Size</th>
              <th className="w-24 py-1.5 pr-6 text-right font-normal">Of MemTotal</th>
              <th className="w-28 py-1.5 pr-4 font-normal">How</th>
              <th className="py-1.5 font-normal">From</th>
            </tr>
          </thead>
          {buckets.map((share) => (
            <BucketRows
              key={share.id}
              share={share}
              memTotal={memTotal}
              pageSize={pageSize}
              base={base}
            />
          ))}
          <tfoot>
            <tr className="border-ink border-t font-semibold">
              <th scope="row" className="py-2 pr-4 text-left">
                Sum
              </th>
              <td className="py-2 pr-4 text-right">
                <Size bytes={sum} pageSize={pageSize} />
              </td>
              <td className="whitespace-nowrap py-2 pr-6 text-right">
                {formatPercent(sum, memTotal)}
              </td>
              <td colSpan={2} className="py-2 font-normal">
                <SumMark sum={sum} memTotal={memTotal} />
              </td>
            </tr>
          </tfoot>
        </table>
      </ScrollArea>
      <LedgerNotes composition={composition} />
    </>
  );
}

interface BucketRowsProps {
  readonly share: BucketShare;
  readonly memTotal: Bytes;
  readonly pageSize: Bytes;
  readonly base: string | undefined;
}

function BucketRows({ share, memTotal, pageSize, base }: BucketRowsProps) {
  const { label, kernelWord } = bucketStyle(share.id);
  return (
    <tbody id={`bucket-${share.id}`} className="align-baseline">
      <tr className={`border-t ${share.bytes === 0 ? "text-faint" : ""}`}>
        <th scope="row" className="py-1.5 pr-4 text-left font-normal">
          <span className="flex items-baseline gap-2">
            <span className="translate-y-px">
              <BucketSwatch id={share.id} />
            </span>
            <span className="min-w-0">{label}</span>
            <code className="hidden min-w-0 truncate font-mono text-12 text-faint lg:inline">
              {kernelWord}
            </code>
          </span>
        </th>
        <td className={`py-1.5 pr-4 text-right ${share.bytes === 0 ? "" : "font-medium"}`}>
          <Size bytes={share.bytes} pageSize={pageSize} />
        </td>
        <td className="whitespace-nowrap py-1.5 pr-6 text-right text-muted">
          {formatPercent(share.bytes, memTotal)}
        </td>
        <td className="py-1.5 pr-4 text-muted">{HOW[share.how]}</td>
        <td className="py-1.5 font-mono text-12 text-muted">
          <FieldSources from={share.from} evidence={share.evidence ?? []} base={base} />
        </td>
      </tr>
      {share.parts?.map((part) => (
        <PartRow key={part.id} part={part} base={base} />
      ))}
    </tbody>
  );
}

function PartRow({ part, base }: { readonly part: BucketPart; readonly base: string | undefined }) {
  const { lower, upper } = part.bytes;
  return (
    <tr className="text-12 text-muted">
      <th scope="row" className="pb-1.5 pl-5 text-left font-normal">
        <span className="text-faint">of which </span>
        {part.label}
      </th>
      <td
        className="whitespace-nowrap pr-4 pb-1.5 text-right"
        title={`${formatExactBytes(lower)} to ${formatExactBytes(upper)}`}
      >
        {formatByteRange(part.bytes)}
      </td>
      <td />
      <td className="pb-1.5">{lower === upper ? "" : "bounds"}</td>
      <td className="pb-1.5 font-mono">
        <FieldSources from={[]} evidence={part.evidence ?? []} base={base} />
      </td>
    </tr>
  );
}

function SumMark({ sum, memTotal }: { readonly sum: Bytes; readonly memTotal: Bytes }) {
  if (sum === memTotal)
    return (
      <span className="inline-flex items-center gap-1.5 text-healthy">
        <Check aria-hidden className="size-4" />
        adds up to MemTotal, to the byte
      </span>
    );
  return (
    <span className="inline-flex items-center gap-1.5 text-suspect">
      <X aria-hidden className="size-4" />
      <span>
        <UnbrokenSizes
          text={`MemTotal is ${formatBytes(memTotal)}: off by ${formatBytes(Math.abs(sum - memTotal))}`}
        />
      </span>
    </span>
  );
}

function LedgerNotes({ composition }: { readonly composition: Composition }) {
  const { uncertainty, notMeasured } = composition;
  return (
    <div className="mt-3 max-w-prose space-y-1 text-13 text-muted">
      <p>
        <UnbrokenSizes
          text={`Unaccounted is known to ± ${formatBytes(uncertainty.plusMinus)}: ${uncertainty.why}`}
        />
      </p>
      {notMeasured.length > 0 ? (
        <p>
          Not measured here, so inside unaccounted:{" "}
          {notMeasured.map((id) => bucketStyle(id).label).join(", ")}.
        </p>
      ) : null}
      <p>
        Sizes are multiples of 1024; “kB” in /proc/meminfo means KiB. Indented parts lie inside
        their bucket and are not added.
      </p>
    </div>
  );
}
