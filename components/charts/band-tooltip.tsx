import { formatBytes, formatExactBytes, formatPercent } from "@/server/core/format-bytes";
import type { Bytes } from "@/server/core/units";
import { bucketStyle } from "../bucket-style";
import { BucketSwatch } from "../bucket-swatch";
import { UnbrokenSizes } from "../unbroken-sizes";
import type { Band } from "./composition-layout";

interface BandTooltipProps {
  readonly band: Band;
  readonly memTotal: Bytes;
}

/** What one band is: size, share of MemTotal, exact bytes, the fields it is made of, and that the sum is MemTotal. */
export function BandTooltip({ band, memTotal }: BandTooltipProps) {
  const { label, kernelWord } = bucketStyle(band.id);
  return (
    <div className="w-72 max-w-full rounded-control border border-rule-strong bg-raised px-3 py-2 text-12 text-muted">
      <p className="flex items-center gap-2 text-13 text-ink">
        <BucketSwatch id={band.id} />
        <span className="min-w-0 font-medium">{label}</span>
        <code className="ml-auto font-mono text-12 text-faint">{kernelWord}</code>
      </p>
      <p className="mt-1 flex items-baseline justify-between gap-4">
        <span className="whitespace-nowrap font-semibold text-16 text-ink">
          {formatBytes(band.bytes)}
        </span>
        <span className="whitespace-nowrap">{formatPercent(band.bytes, memTotal)} of MemTotal</span>
      </p>
      <p className="mt-1">{formatExactBytes(band.bytes)}</p>
      {band.inside ? (
        <p className="mt-1 flex items-center gap-2">
          <span aria-hidden className="size-2 shrink-0 bg-(--bucket-sockets)" />
          <span>
            <UnbrokenSizes
              text={`${band.inside.label}: at least ${formatBytes(band.inside.bytes)}`}
            />
          </span>
        </p>
      ) : null}
      <p className="mt-1 line-clamp-3 font-mono text-12 text-faint">{band.from.join(" · ")}</p>
      <p className="mt-2 border-t pt-1">
        <UnbrokenSizes text={`All bands together: ${formatBytes(memTotal)} = MemTotal`} />
      </p>
    </div>
  );
}
