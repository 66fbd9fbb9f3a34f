import type { ReactNode } from "react";
import { formatBytes, formatCount } from "@/server/core/format-bytes";
import { Button } from "../ui/button";
import { UnbrokenSizes } from "../unbroken-sizes";
import { ProgressBar } from "./progress-bar";
import { UploadOutcomeView } from "./upload-outcome";
import type { AnalysisProgress, UploadItem, UploadState } from "./upload-queue";

interface UploadEntryProps {
  readonly item: UploadItem;
  readonly onCancel: (id: string) => void;
  readonly onRetry: (id: string) => void;
  readonly onRemove: (id: string) => void;
}

/** One input on its way: its name, how far it is, what can be done about it, and its result. */
export function UploadEntry({ item, onCancel, onRetry, onRemove }: UploadEntryProps) {
  const { id, name, size, state } = item;
  return (
    <li className="py-4">
      <div className="flex items-start justify-between gap-4">
        <p className="min-w-0">
          <span className="font-medium font-mono text-13">{name}</span>
          <span className="ml-3 whitespace-nowrap text-13 text-muted">{formatBytes(size)}</span>
        </p>
        <div className="flex shrink-0 gap-2">
          {canRetry(state) ? <Button onClick={() => onRetry(id)}>Try again</Button> : null}
          {isOver(state) ? (
            <Button onClick={() => onRemove(id)} aria-label={`Remove ${name} from the list`}>
              Remove
            </Button>
          ) : (
            <Button onClick={() => onCancel(id)} aria-label={`Cancel ${name}`}>
              Cancel
            </Button>
          )}
        </div>
      </div>
      <div className="mt-2">
        <StateView item={item} />
      </div>
    </li>
  );
}

function isOver(state: UploadState): boolean {
  return state.phase === "done" || state.phase === "failed" || state.phase === "cancelled";
}

function canRetry(state: UploadState): boolean {
  if (state.phase === "failed") return state.problem.isFinal !== true;
  return state.phase === "cancelled";
}

function StateView({ item: { name, size, state } }: { readonly item: UploadItem }) {
  switch (state.phase) {
    case "waiting":
      return <Line>Waiting for its turn.</Line>;
    case "sending":
      return (
        <>
          <ProgressBar label={`Sending ${name}`} done={state.sent} total={size} />
          <Line>
            <UnbrokenSizes
              text={
                state.retry
                  ? `The connection broke at ${formatBytes(state.sent)}. Trying again in ${state.retry.waitSeconds} s (attempt ${state.retry.attempt + 1} of 7).`
                  : `Sending: ${formatBytes(state.sent)} of ${formatBytes(size)}`
              }
            />
          </Line>
        </>
      );
    case "analysing":
      return (
        <>
          <ProgressBar
            label={`Analysing ${name}`}
            done={state.progress?.done}
            total={state.progress?.total}
          />
          <Line>{analysisWords(state.progress)}</Line>
        </>
      );
    case "done":
      return <UploadOutcomeView outcome={state.outcome} />;
    case "failed":
      return (
        <div role="alert" className="max-w-prose text-13">
          <p className="text-leaking">Not analysed: {state.problem.message}</p>
          {state.problem.advice ? <p className="mt-1 text-muted">{state.problem.advice}</p> : null}
        </div>
      );
    case "cancelled":
      return <Line>Cancelled. Nothing of it was kept.</Line>;
  }
}

function analysisWords(progress: AnalysisProgress | undefined): string {
  switch (progress?.phase) {
    case undefined:
    case "receiving":
    case "failed":
      return "Sent. Analysing…";
    case "reading":
      return `Reading: ${formatCount(progress.filesRead)} files so far`;
    case "judging":
      return `${formatCount(progress.filesRead)} files read. Working out the verdict…`;
    case "storing":
    case "done":
      return "Storing…";
  }
}

function Line({ children }: { readonly children: ReactNode }) {
  return <p className="mt-2 text-13 text-muted first:mt-0">{children}</p>;
}
