import Link from "next/link";
import type { ReactNode } from "react";
import type { Evidence } from "@/server/core/report";
import { rawHref } from "./raw-href";

interface EvidenceLinkProps {
  /** Path of the snapshot whose files are meant; absent where the raw files cannot be opened. */
  readonly base?: string | undefined;
  readonly evidence: Pick<Evidence, "file" | "line" | "raw" | "formula">;
  /** The number as it is shown. */
  readonly children: ReactNode;
}

/** A number that leads to the raw line it was read from; its title shows that line. */
export function EvidenceLink({ base, evidence, children }: EvidenceLinkProps) {
  const title = sourceOf(evidence);
  if (base === undefined) return <span title={title}>{children}</span>;
  return (
    <Link
      href={rawHref(base, evidence.file, evidence.line)}
      prefetch={false}
      title={title}
      // Padded to a target of 24 px, without moving the lines around it.
      className="-my-1 inline-block py-1 underline decoration-dotted decoration-control underline-offset-4 hover:text-accent hover:decoration-solid"
    >
      {children}
    </Link>
  );
}

function sourceOf({ file, line, raw, formula }: EvidenceLinkProps["evidence"]): string {
  const place = line === undefined ? file : `${file}, line ${line}`;
  return [place, raw, formula].filter(Boolean).join("\n");
}
