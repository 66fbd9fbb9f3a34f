import type { ReactNode } from "react";

/** Sections of a page under its tabs: the tabs' hairline stands for that of the first. */
export function PageSections({ children }: { readonly children: ReactNode }) {
  return (
    <div className="space-y-10 [&>section:first-child]:border-t-0 [&>section:first-child]:pt-1">
      {children}
    </div>
  );
}
