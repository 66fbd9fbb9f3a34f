"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { NavLinks } from "./nav-links";
import { LogoMark } from "./ui/logo-mark";
import { ThemeSwitch } from "./ui/theme-switch";

const MARK = "flex items-center gap-2 font-semibold text-14 tracking-tight";

/** The slim bar above every page; on a shared diagnosis it leads nowhere. */
export function TopBar() {
  const isShared = usePathname().startsWith("/d/");
  return (
    <header className="border-b">
      <a
        href="#content"
        className="link sr-only bg-paper px-4 py-2 focus:not-sr-only focus:absolute focus:z-10"
      >
        Skip to content
      </a>
      <div className="mx-auto flex h-12 max-w-page items-center gap-6 px-4 sm:px-6">
        {isShared ? (
          <span className={MARK}>
            <LogoMark />
            Memledger
          </span>
        ) : (
          <>
            <Link href="/" className={MARK}>
              <LogoMark />
              Memledger
            </Link>
            <NavLinks />
          </>
        )}
        <div className="ml-auto">
          <ThemeSwitch />
        </div>
      </div>
    </header>
  );
}
