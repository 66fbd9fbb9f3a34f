import type { NextStep, Verdict } from "@/server/core/report";
import { bucketStyle } from "./bucket-style";
import { BucketSwatch } from "./bucket-swatch";
import { StatusBadge } from "./status-badge";
import { CopyButton } from "./ui/copy-button";
import { UnbrokenSizes } from "./unbroken-sizes";

interface VerdictHeadlineProps {
  readonly verdict: Verdict;
  /** The first of the report's next steps. */
  readonly nextStep?: NextStep | undefined;
}

/** The one sentence of the page: what, how much, how sure, what next. */
export function VerdictHeadline({ verdict, nextStep }: VerdictHeadlineProps) {
  return (
    <header>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
        <StatusBadge status={verdict.status} />
        {verdict.bucket ? (
          <span className="inline-flex items-center gap-1.5 text-13 text-muted">
            <BucketSwatch id={verdict.bucket} />
            {bucketStyle(verdict.bucket).label}
          </span>
        ) : null}
        <ConfidenceNote confidence={verdict.confidence} />
      </div>
      <h2 className="mt-2 font-semibold text-28">
        <UnbrokenSizes text={verdict.headline} />
      </h2>
      {nextStep ? <NextAction step={nextStep} /> : null}
    </header>
  );
}

function NextAction({ step }: { readonly step: NextStep }) {
  return (
    <p className="mt-2 flex max-w-full items-center gap-2 text-13 text-muted">
      <a href="#next-steps" className="link shrink-0">
        Next
      </a>
      <code className="min-w-0 truncate font-mono text-12 text-ink" title={step.command}>
        {step.command}
      </code>
      <CopyButton text={step.command} what="command" />
    </p>
  );
}

/** Confidence as a share and a ten-step scale; the words say how far to trust it. */
export function ConfidenceNote({ confidence }: { readonly confidence: number }) {
  const percent = Math.round(confidence * 100);
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap text-13 text-muted">
      <span aria-hidden className="inline-block h-1 w-16 bg-rule">
        <span className="block h-1 bg-muted" style={{ width: `${percent}%` }} />
      </span>
      {percent} % confident
    </span>
  );
}
