import type { ReactNode } from "react";
import type { Status } from "@/server/core/report";
import { StatusBadge } from "../status-badge";
import { UnbrokenSizes } from "../unbroken-sizes";

interface NodeHeadlineProps {
  readonly status: Status | undefined;
  /** The one sentence. */
  readonly headline: string;
  /** Since when, until when: what stands under it, part by part. */
  readonly details: readonly string[];
  /** It is about what was true when the node was last heard. */
  readonly isStale: boolean;
  /** What stands beside the status: when the node was last heard. */
  readonly beside?: ReactNode;
  /** What it rests on. */
  readonly children?: ReactNode;
}

/** What is thought of the node, larger than anything else on the page. */
export function NodeHeadline({ status, headline, details, isStale, ...rest }: NodeHeadlineProps) {
  return (
    <div>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
        {status ? (
          <span className={isStale ? "grayscale" : ""}>
            <StatusBadge status={status} />
          </span>
        ) : null}
        {rest.beside}
      </div>
      <h2 className={`mt-2 font-semibold text-28 ${isStale ? "text-muted" : ""}`}>
        <UnbrokenSizes text={headline} />
      </h2>
      {details.length > 0 ? (
        <p className="mt-2 flex flex-wrap gap-x-5 text-14 text-muted">
          {details.map((detail) => (
            <span key={detail}>
              <UnbrokenSizes text={detail} />
            </span>
          ))}
        </p>
      ) : null}
      {rest.children}
    </div>
  );
}
