"use client";

import { Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";

/** Light ↔ dark. Both icons are drawn and CSS picks one, so nothing shifts while the theme becomes known. */
export function ThemeSwitch() {
  const { resolvedTheme, setTheme } = useTheme();
  return (
    <button
      type="button"
      aria-label="Switch between light and dark"
      title="Switch between light and dark"
      onClick={() => setTheme(resolvedTheme === "dark" ? "light" : "dark")}
      className="grid size-8 place-items-center rounded-control text-muted hover:bg-sunken hover:text-ink"
    >
      <Sun aria-hidden className="hidden size-4 dark:block" />
      <Moon aria-hidden className="size-4 dark:hidden" />
    </button>
  );
}
