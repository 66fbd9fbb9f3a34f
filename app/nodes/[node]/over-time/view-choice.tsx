import type { LedgerView } from "@/components/charts/time/display-buckets";

interface ViewChoiceProps {
  readonly view: LedgerView;
  /** Undefined for the default. */
  readonly onView: (view: LedgerView | undefined) => void;
}

const VIEWS = [
  ["whole", "Whole memory"],
  ["kernel", "Kernel close-up"],
] as const;

/** All of MemTotal, or the kernel's part drawn large on a flat base. */
export function ViewChoice({ view, onView }: ViewChoiceProps) {
  return (
    <fieldset className="flex gap-1">
      <legend className="sr-only">What is drawn</legend>
      {VIEWS.map(([value, label]) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === view}
          onClick={() => onView(value === "whole" ? undefined : value)}
          className="inline-flex min-h-8 items-center rounded-control border border-transparent px-2 text-13 text-muted hover:text-ink aria-pressed:border-control aria-pressed:text-ink"
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
