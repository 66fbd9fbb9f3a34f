import type { ReactNode } from "react";

interface SectionProps {
  readonly id: string;
  readonly title: string;
  /** One line under the heading. */
  readonly note?: ReactNode;
  /** Buttons or links at the right of the heading. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page: hairline above, heading, optional note, content. */
export function Section({ id, title, note, actions, children }: SectionProps) {
  return (
    <section
      id={id}
      aria-labelledby={`${id}-title`}
      className="border-t pt-6 target:bg-transparent"
    >
      <div className="mb-4 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
        <div className="min-w-0">
          <h2 id={`${id}-title`} className="font-semibold text-16">
            {title}
          </h2>
          {note ? <p className="mt-1 max-w-prose text-13 text-muted">{note}</p> : null}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}
