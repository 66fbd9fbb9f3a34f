import type { ReactNode } from "react";

interface ScrollAreaProps {
  readonly label: string;
  readonly children: ReactNode;
}

/** A wide table that scrolls sideways by itself, by keyboard too, so that the page never does. */
export function ScrollArea({ label, children }: ScrollAreaProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus (WCAG 2.1.1)
    <section aria-label={label} tabIndex={0} className="overflow-x-auto">
      {children}
    </section>
  );
}
