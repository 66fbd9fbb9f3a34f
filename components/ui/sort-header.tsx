import { ArrowDown, ArrowUp } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";

interface SortHeaderProps {
  readonly href: Route;
  /** Set on the column that the table is sorted by. */
  readonly sorted?: "ascending" | "descending" | undefined;
  readonly align?: "left" | "right";
  /** Left out on a narrow screen. */
  readonly isWideOnly?: boolean;
  /** Class of the column's width, in a table of fixed layout. */
  readonly width?: string;
  readonly children: ReactNode;
}

/** A column heading that sorts by its column. */
export function SortHeader({
  href,
  sorted,
  align = "right",
  isWideOnly = false,
  width = "",
  children,
}: SortHeaderProps) {
  const Arrow = sorted === "ascending" ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      aria-sort={sorted ?? "none"}
      className={`py-2 pr-4 font-normal last:pr-0 ${width} ${isWideOnly ? "hidden md:table-cell" : ""} ${align === "right" ? "text-right" : "text-left"}`}
    >
      <Link
        href={href}
        scroll={false}
        className={`inline-flex items-center gap-1 whitespace-nowrap hover:text-ink ${sorted ? "font-medium text-ink" : ""}`}
      >
        {children}
        {sorted ? <Arrow aria-hidden className="size-3.5" /> : null}
      </Link>
    </th>
  );
}
