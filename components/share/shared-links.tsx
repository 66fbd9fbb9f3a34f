"use client";

import { useEffect, useState } from "react";
import { formatMoment } from "../format-time";
import { Button } from "../ui/button";
import type { ShareCallbacks, SharedLink } from "./share-types";

type Links = readonly SharedLink[] | "loading" | "failed";

/** Links made of this snapshot, each of which can be closed at once from here. */
export function SharedLinks({
  loadLinks,
  revokeLink,
}: Pick<ShareCallbacks, "loadLinks" | "revokeLink">) {
  const [links, setLinks] = useState<Links>("loading");
  const [failed, setFailed] = useState("");

  // biome-ignore lint/correctness/useExhaustiveDependencies: read once; the parent mounts this anew after a change
  useEffect(() => {
    loadLinks().then(setLinks, () => setLinks("failed"));
  }, []);

  async function revoke(handle: string): Promise<void> {
    try {
      await revokeLink(handle);
      setLinks(await loadLinks());
      setFailed("");
    } catch {
      setFailed("The link could not be revoked. Try again.");
    }
  }

  return (
    <section aria-label="Links of this snapshot" className="border-t pt-4">
      <h3 className="font-medium text-13">Links of this snapshot</h3>
      {typeof links === "string" ? (
        <p role="status" className="mt-2 text-12 text-muted">
          {links === "loading" ? "Reading the links…" : "The links could not be read."}
        </p>
      ) : (
        <LinkList links={links} onRevoke={(handle) => void revoke(handle)} />
      )}
      <p role="alert" className="mt-2 text-13 text-leaking empty:hidden">
        {failed}
      </p>
    </section>
  );
}

interface LinkListProps {
  readonly links: readonly SharedLink[];
  readonly onRevoke: (handle: string) => void;
}

function LinkList({ links, onRevoke }: LinkListProps) {
  if (links.length === 0) return <p className="mt-2 text-12 text-muted">None yet.</p>;
  return (
    <ul className="mt-1 divide-y">
      {links.map((link) => (
        <li key={link.handle} className="flex min-h-10 items-center justify-between gap-4 text-13">
          <span className="min-w-0">
            Made {formatMoment(link.createdAt)}
            <span className="block text-12 text-muted">{stateOf(link)}</span>
          </span>
          {isOpen(link) ? (
            <Button look="danger" onClick={() => onRevoke(link.handle)}>
              Revoke
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function isOpen({ revokedAt, expiresAt }: SharedLink): boolean {
  return revokedAt === undefined && Date.parse(expiresAt) > Date.now();
}

function stateOf(link: SharedLink): string {
  if (link.revokedAt !== undefined) return `revoked ${formatMoment(link.revokedAt)}`;
  return `${isOpen(link) ? "works until" : "expired"} ${formatMoment(link.expiresAt)}`;
}
