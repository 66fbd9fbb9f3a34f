import type { Route } from "next";
import Link from "next/link";

export interface ChoiceLink {
  readonly label: string;
  readonly href: Route;
  readonly isCurrent: boolean;
}

/** A filter with few values, each a link: it works without a script and the back button undoes it. */
export function ChoiceLinks({
  label,
  choices,
}: {
  readonly label: string;
  readonly choices: readonly ChoiceLink[];
}) {
  return (
    <nav aria-label={label}>
      <ul className="flex flex-wrap gap-x-1 gap-y-1">
        {choices.map((choice) => (
          <li key={choice.label}>
            <Link
              href={choice.href}
              scroll={false}
              aria-current={choice.isCurrent ? "true" : undefined}
              className="inline-flex min-h-8 items-center rounded-control border border-transparent px-2 text-13 text-muted hover:text-ink aria-[current]:border-control aria-[current]:text-ink"
            >
              {choice.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
