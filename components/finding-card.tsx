import type { ReactNode } from "react";
import type { Finding } from "@/server/core/report";
import { bucketStyle } from "./bucket-style";
import { BucketSwatch } from "./bucket-swatch";
import { EvidenceList } from "./evidence-list";
import { SizeRange } from "./size-range";
import { SeverityBadge } from "./status-badge";
import { HoldersTable } from "./tables/holders-table";
import { ConfidenceNote } from "./verdict-headline";

interface FindingCardProps {
  readonly finding: Finding;
  /** 1-based; the permalink is #finding-<number>. */
  readonly number: number;
  readonly base: string | undefined;
}

/** One cause: what it is, how much it explains, who holds it, the evidence for and against, what to do. */
export function FindingCard({ finding, number, base }: FindingCardProps) {
  const { title, severity, bytes, holders, evidence, against, fix } = finding;
  return (
    <article
      id={`finding-${number}`}
      className="border-t py-5 target:bg-transparent first:border-t-0 first:pt-0"
    >
      <div className="flex flex-wrap items-baseline justify-between gap-x-8 gap-y-2">
        <h3 className="min-w-0 font-semibold text-16">
          <a href={`#finding-${number}`} className="hover:underline" title="Link to this finding">
            <span className="mr-2 font-normal text-faint">{number}</span>
            {title}
          </a>
        </h3>
        {bytes.upper > 0 ? (
          <p className="font-semibold text-16">
            <SizeRange range={bytes} />
          </p>
        ) : null}
      </div>
      <div className="mt-1 flex flex-wrap items-center gap-x-5 gap-y-1">
        <SeverityBadge severity={severity} />
        {finding.bucket ? (
          <span className="inline-flex items-center gap-1.5 text-13 text-muted">
            <BucketSwatch id={finding.bucket} />
            {bucketStyle(finding.bucket).label}
          </span>
        ) : null}
        <ConfidenceNote confidence={finding.confidence} />
      </div>
      {finding.confidenceWhy ? (
        <p className="mt-1 max-w-prose text-12 text-faint">Confidence: {finding.confidenceWhy}</p>
      ) : null}

      {holders.length > 0 ? (
        <FindingPart title="Holders">
          <HoldersTable holders={holders} />
        </FindingPart>
      ) : null}
      <div className="grid grid-cols-1 gap-x-12 lg:grid-cols-2">
        <FindingPart title="Evidence">
          <EvidenceList evidence={evidence} base={base} />
        </FindingPart>
        <div className="min-w-0">
          {against && against.length > 0 ? (
            <FindingPart title="Against it">
              <EvidenceList evidence={against} base={base} />
            </FindingPart>
          ) : null}
          {fix ? (
            <FindingPart title="What helps">
              <p className="max-w-prose py-2 text-13">{fix}</p>
            </FindingPart>
          ) : null}
        </div>
      </div>
    </article>
  );
}

function FindingPart({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mt-4 min-w-0">
      <h4 className="border-b pb-1 font-medium text-12 text-ink">{title}</h4>
      {children}
    </div>
  );
}
