import { ChevronLeft, ChevronRight } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { buttonClass } from "./button";

interface PagerProps {
  readonly label: string;
  /** "1–200 of 1,433 sockets" */
  readonly range: string;
  readonly previous?: Route | undefined;
  readonly next?: Route | undefined;
  /** What "previous" does: with a cursor one can only go back to the start. */
  readonly previousLabel?: string;
}

/** Links to the pages around this one; nothing to press when there is only one. */
export function Pager({ label, range, previous, next, previousLabel = "Previous" }: PagerProps) {
  return (
    <nav aria-label={label} className="mt-3 flex flex-wrap items-center gap-3 text-13 text-muted">
      <span className="mr-auto">{range}</span>
      {previous ? (
        <Link href={previous} rel="prev" className={buttonClass()}>
          <ChevronLeft aria-hidden className="size-4" />
          {previousLabel}
        </Link>
      ) : null}
      {next ? (
        <Link href={next} rel="next" className={buttonClass()}>
          Next
          <ChevronRight aria-hidden className="size-4" />
        </Link>
      ) : null}
    </nav>
  );
}
