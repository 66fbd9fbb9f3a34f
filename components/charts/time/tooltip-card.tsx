import { X } from "lucide-react";
import type { ReactNode } from "react";
import { CopyButton } from "../../ui/copy-button";
import { formatAt, knownZone } from "./zone-time";

interface TooltipCardProps {
  readonly atMs: number;
  readonly zone: string;
  readonly isPinned: boolean;
  readonly onUnpin: () => void;
  readonly onMoment: (ms: number) => void;
  /** What the buttons of a pinned card copy. */
  readonly copies: readonly { readonly what: string; readonly text: string }[];
  readonly children: ReactNode;
}

/** The frame of a tooltip: when, and once it is pinned what can be done with it. */
export function TooltipCard({ atMs, zone, isPinned, onUnpin, ...props }: TooltipCardProps) {
  return (
    <section
      aria-label="At this moment"
      className="w-full rounded-control border border-rule-strong bg-raised px-3 py-2 text-12 text-muted"
    >
      <p className="flex min-h-6 items-center gap-2">
        <time
          dateTime={new Date(atMs).toISOString()}
          className="whitespace-nowrap font-medium text-13 text-ink"
        >
          {formatAt(atMs, zone)}
        </time>
        <span className="min-w-0 truncate text-faint">{knownZone(zone)}</span>
        {isPinned ? (
          <button
            type="button"
            onClick={onUnpin}
            title="Close (Esc)"
            className="ml-auto inline-grid size-6 shrink-0 place-items-center rounded-control text-faint hover:bg-sunken hover:text-ink"
          >
            <X aria-hidden className="size-3.5" />
            <span className="sr-only">Close</span>
          </button>
        ) : null}
      </p>
      {props.children}
      {isPinned ? (
        <p className="mt-2 flex items-center gap-3 border-t pt-2">
          <button
            type="button"
            onClick={() => props.onMoment(atMs)}
            className="link min-h-6 font-medium"
          >
            Findings at this moment
          </button>
          <span className="ml-auto inline-flex items-center gap-2">
            {props.copies.map(({ what, text }) => (
              <span key={what} className="inline-flex items-center">
                {what}
                <CopyButton text={text} what={`as ${what}`} />
              </span>
            ))}
          </span>
        </p>
      ) : null}
    </section>
  );
}
