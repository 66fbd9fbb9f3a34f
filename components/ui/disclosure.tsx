import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

interface DisclosureProps {
  readonly summary: ReactNode;
  readonly isOpen?: boolean;
  /** For content that is built only once it is asked for. */
  readonly onToggle?: (isOpen: boolean) => void;
  readonly children: ReactNode;
}

/** Native details: works without a script and is found by the browser's search. */
export function Disclosure({ summary, isOpen = false, onToggle, children }: DisclosureProps) {
  return (
    <details
      open={isOpen}
      className="group/disclosure"
      {...(onToggle ? { onToggle: (event) => onToggle(event.currentTarget.open) } : {})}
    >
      <summary className="flex list-none items-baseline gap-1 rounded-mark py-1 text-13 text-muted hover:text-ink">
        <ChevronRight
          aria-hidden
          className="size-3.5 shrink-0 translate-y-0.5 motion-safe:transition-transform group-open/disclosure:rotate-90"
        />
        <span className="min-w-0">{summary}</span>
      </summary>
      <div className="pt-2 pb-1 pl-4.5">{children}</div>
    </details>
  );
}
