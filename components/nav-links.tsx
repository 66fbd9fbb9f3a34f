"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

const LINKS = [
  {
    href: "/",
    label: "Nodes",
    isActive: (path: string) => path === "/" || path.startsWith("/nodes"),
  },
  { href: "/upload", label: "Upload", isActive: (path: string) => path.startsWith("/upload") },
  {
    href: "/settings",
    label: "Settings",
    isActive: (path: string) => path.startsWith("/settings"),
  },
] as const;

/** Main navigation; the page that is open is marked for eyes and for screen readers. */
export function NavLinks() {
  const path = usePathname();
  return (
    <nav aria-label="Main" className="flex items-center gap-4 text-14">
      {LINKS.map(({ href, label, isActive }) => (
        <Link
          key={href}
          href={href}
          aria-current={isActive(path) ? "page" : undefined}
          className="inline-flex h-12 items-center border-transparent border-b-2 text-muted hover:text-ink aria-[current=page]:border-ink aria-[current=page]:text-ink"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
