import type { ReactNode } from "react";

interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
}

/** Why there is nothing here, and what would fill it. */
export function EmptyState({ title, children }: EmptyStateProps) {
  return (
    <div className="border-y border-dashed py-8">
      <p className="font-medium text-14">{title}</p>
      {children ? <div className="mt-2 max-w-prose text-13 text-muted">{children}</div> : null}
    </div>
  );
}
