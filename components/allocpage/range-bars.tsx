import { formatByteRange } from "@/server/core/format-bytes";
import type { BucketPart } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";
import { EvidenceLink } from "../evidence-link";
import { SizeRange } from "../size-range";
import { layoutRange, rangeScale } from "./range-layout";

interface RangeBarsProps {
  readonly parts: readonly BucketPart[];
  /** Size of allocpage: the line that every part is measured against. */
  readonly whole: Bytes;
  readonly base: string;
}

/** What is known to sit inside: solid is certain, hatched is possible, the line is allocpage itself. */
export function RangeBars({ parts, whole, base }: RangeBarsProps) {
  const scale = rangeScale(
    whole,
    parts.map(({ bytes }) => bytes),
  );
  const mark = layoutRange({ lower: whole, upper: whole }, scale).certain;
  return (
    <ul className="divide-y border-y">
      {parts.map((part) => (
        <li key={part.id} className="py-3">
          <div className="flex flex-wrap items-baseline justify-between gap-x-6">
            <span>{part.label}</span>
            <SizeRange range={part.bytes} />
          </div>
          <Bar part={part} scale={scale} mark={mark} />
          <PartEvidence part={part} base={base} />
        </li>
      ))}
    </ul>
  );
}

interface BarProps {
  readonly part: BucketPart;
  readonly scale: Bytes;
  readonly mark: number;
}

function Bar({ part, scale, mark }: BarProps) {
  const { certain, possible, isCut } = layoutRange(part.bytes, scale);
  return (
    <div
      role="img"
      aria-label={`${part.label}: ${formatByteRange(part.bytes)}${isCut ? ", more than the drawing shows" : ""}`}
      className="relative mt-2 h-3 bg-sunken"
    >
      <span className="hatch absolute inset-y-0 left-0" style={{ width: `${possible}%` }} />
      <span
        className="absolute inset-y-0 left-0 bg-(--bucket-allocpage)"
        style={{ width: `${certain}%` }}
      />
      <span
        className="absolute -inset-y-1 w-px bg-ink"
        style={{ left: `min(${mark}%, calc(100% - 1px))` }}
      />
      {isCut ? (
        <span className="absolute -top-0.5 right-0 bg-paper pl-1 text-12 leading-4">→</span>
      ) : null}
    </div>
  );
}

function PartEvidence({ part, base }: { readonly part: BucketPart; readonly base: string }) {
  if (!part.evidence?.length) return null;
  return (
    <ul className="mt-2 text-13 text-muted leading-6">
      {part.evidence.map((evidence) => (
        <li key={`${evidence.file}:${evidence.line}:${evidence.text}`}>
          <EvidenceLink base={base} evidence={evidence}>
            {evidence.text}
          </EvidenceLink>
          {evidence.formula ? <span className="ml-2 font-mono">{evidence.formula}</span> : null}
        </li>
      ))}
    </ul>
  );
}
