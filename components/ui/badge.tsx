import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface BadgeProps {
  readonly icon: LucideIcon;
  /** A CSS colour, as a token: "var(--watch)". */
  readonly colour: string;
  readonly children: ReactNode;
}

/** Icon, word and colour together: colour alone says nothing. */
export function Badge({ icon: Icon, colour, children }: BadgeProps) {
  return (
    <span
      className="inline-flex items-center gap-1.5 whitespace-nowrap font-medium text-13"
      style={{ color: colour }}
    >
      <Icon aria-hidden className="size-4 shrink-0" strokeWidth={2} />
      {children}
    </span>
  );
}
