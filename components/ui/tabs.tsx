"use client";

import type { Route } from "next";
import Link from "next/link";
import { usePathname } from "next/navigation";

export interface TabLink {
  readonly href: Route;
  readonly label: string;
}

/** Tabs that are pages: links with the open one marked; on a narrow screen they scroll sideways. */
export function TabLinks({
  tabs,
  label,
}: {
  readonly tabs: readonly TabLink[];
  readonly label: string;
}) {
  const path = decode(usePathname());
  return (
    <nav aria-label={label} className="-mx-4 overflow-x-auto border-b px-4 sm:mx-0 sm:px-0">
      <ul className="flex gap-6">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Link
              href={tab.href}
              aria-current={decode(tab.href) === path ? "page" : undefined}
              className="-mb-px inline-flex h-10 items-center whitespace-nowrap border-transparent border-b-2 text-13 text-muted hover:text-ink aria-[current=page]:border-ink aria-[current=page]:font-medium aria-[current=page]:text-ink"
            >
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The router may or may not have decoded the path: compare decoded. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
