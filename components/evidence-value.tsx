import { formatCount } from "@/server/core/format-bytes";
import type { Evidence } from "@/server/core/report";
import { formatDuration } from "./format-time";
import { Size } from "./size";

/** The number of a piece of evidence in its unit. */
export function EvidenceValue({ value, unit }: Pick<Evidence, "value" | "unit">) {
  switch (unit) {
    case "bytes":
      return <Size bytes={value} />;
    case "seconds":
      return <span title={`${formatCount(value)} seconds`}>{formatDuration(value)}</span>;
    case "percent":
      return <WithUnit number={formatCount(round(value))} unit="%" />;
    case "ratio":
      return <WithUnit number={formatCount(round(value))} unit="×" />;
    case "pages":
      return <WithUnit number={formatCount(value)} unit="pages" />;
    case "count":
      return <span>{formatCount(value)}</span>;
  }
}

function WithUnit({ number, unit }: { readonly number: string; readonly unit: string }) {
  return (
    <span className="whitespace-nowrap">
      {number}
      <span className="font-normal text-faint">{` ${unit}`}</span>
    </span>
  );
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
