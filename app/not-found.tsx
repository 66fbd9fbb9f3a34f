import type { Metadata } from "next";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <div className="mx-auto max-w-page px-4 py-16 sm:px-6">
      <h1 className="font-semibold text-28">There is no such page</h1>
      <p className="mt-2 max-w-prose text-muted">
        The node, the snapshot or the file is not known to this server. It may have been removed, or
        the address is incomplete.
      </p>
      <p className="mt-6 flex flex-wrap gap-3">
        <Link href="/" className={buttonClass("primary")}>
          All nodes
        </Link>
        <Link href="/upload" className={buttonClass()}>
          Upload a snapshot
        </Link>
      </p>
    </div>
  );
}
