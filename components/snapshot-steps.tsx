import { ChevronLeft, ChevronRight } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { snapshotPath } from "./raw-href";
import { buttonClass } from "./ui/button";

interface SnapshotStepsProps {
  readonly node: string;
  readonly previousId?: string | undefined;
  readonly nextId?: string | undefined;
}

/** To the moment before and after this one, where the node has them. */
export function SnapshotSteps({ node, previousId, nextId }: SnapshotStepsProps) {
  return (
    <>
      {previousId ? (
        <Link href={snapshotPath(node, previousId) as Route} className={buttonClass()} rel="prev">
          <ChevronLeft aria-hidden className="size-4" />
          Earlier
        </Link>
      ) : null}
      {nextId ? (
        <Link href={snapshotPath(node, nextId) as Route} className={buttonClass()} rel="next">
          Later
          <ChevronRight aria-hidden className="size-4" />
        </Link>
      ) : null}
    </>
  );
}
