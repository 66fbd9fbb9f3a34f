import type { ReactNode } from "react";
import { formatByteRange } from "@/server/core/format-bytes";
import type { Finding, NextStep } from "@/server/core/report";
import { bucketStyle } from "./bucket-style";
import { BucketSwatch } from "./bucket-swatch";
import { EvidenceList } from "./evidence-list";
import { keyed } from "./keyed";
import { SizeRange } from "./size-range";
import { SeverityBadge } from "./status-badge";
import { HoldersTable } from "./tables/holders-table";
import { CommandLine } from "./ui/command-line";
import { Disclosure } from "./ui/disclosure";
import { ConfidenceNote } from "./verdict-headline";

interface FindingCardProps {
  readonly finding: Finding;
  /** 1-based; the permalink is #finding-<number>. */
  readonly number: number;
  readonly base: string | undefined;
}

/** One cause: what it is, how much it explains, who holds it, the evidence for and against, what to do. */
export function FindingCard({ finding, number, base }: FindingCardProps) {
  const { title, severity, holders, evidence, against, confirm } = finding;
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
        <FindingSize finding={finding} />
      </div>
      <div className="mt-1 flex flex-wrap items-center gap-x-5 gap-y-1">
        <SeverityBadge severity={severity} />
        {finding.bucket ? (
          <span className="inline-flex items-center gap-1.5 text-13 text-muted">
            <BucketSwatch id={finding.bucket} />
            {bucketStyle(finding.bucket).label}
          </span>
        ) : null}
        {finding.confidenceWhy ? null : <ConfidenceNote confidence={finding.confidence} />}
      </div>
      {finding.confidenceWhy ? (
        <Disclosure summary={<ConfidenceNote confidence={finding.confidence} />}>
          <p className="max-w-prose text-12 text-muted">{finding.confidenceWhy}</p>
        </Disclosure>
      ) : null}

      {holders.length > 0 ? (
        <FindingPart title="Holders">
          <HoldersTable holders={holders} base={base} />
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
          {confirm && confirm.length > 0 ? (
            <FindingPart title="Confirm it">
              <ConfirmList steps={confirm} />
            </FindingPart>
          ) : null}
          <WhatHelps finding={finding} />
        </div>
      </div>
    </article>
  );
}

/** How much it holds; and, where causes above it hold some of the same bytes, what is its alone. */
function FindingSize({ finding: { bytes, explains } }: Pick<FindingCardProps, "finding">) {
  if (bytes.upper <= 0) return null;
  const isShared = explains && formatByteRange(explains) !== formatByteRange(bytes);
  return (
    <p className="font-semibold text-16">
      <SizeRange range={bytes} />
      {isShared ? (
        <span className="block font-normal text-12 text-muted sm:text-right">
          {explains.upper > 0 ? (
            <>
              <SizeRange range={explains} /> not explained above
            </>
          ) : (
            "all of it explained above"
          )}
        </span>
      ) : null}
    </p>
  );
}

function ConfirmList({ steps }: { readonly steps: readonly NextStep[] }) {
  return (
    <ul className="divide-y">
      {keyed(steps, ({ command }) => command).map(({ key, item }) => (
        <li key={key} className="py-2">
          <CommandLine command={item.command} />
          <p className="mt-1 text-13">{item.proves}</p>
          <p className="text-12 text-muted">Risk: {item.risk}</p>
        </li>
      ))}
    </ul>
  );
}

function WhatHelps({ finding: { fix, fixRisk } }: Pick<FindingCardProps, "finding">) {
  if (!fix) return null;
  return (
    <FindingPart title="What helps">
      <p className="max-w-prose py-2 text-13">{fix}</p>
      {fixRisk ? (
        <p className="max-w-prose pb-2 text-12 text-muted">What it may cost: {fixRisk}</p>
      ) : null}
    </FindingPart>
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
