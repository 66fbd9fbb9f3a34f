"use client";

import { Share2, X } from "lucide-react";
import { useId, useRef, useState } from "react";
import { Button } from "../ui/button";
import { ShareForm } from "./share-form";
import type { ShareCallbacks } from "./share-types";
import { SharedLinks } from "./shared-links";

/** Makes a link to a frozen, masked copy of this diagnosis; lists and revokes the links there are. */
export function ShareDialog(callbacks: ShareCallbacks) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [isOpen, setIsOpen] = useState(false);
  /** Counts links made, so that the list below reads itself again. */
  const [made, setMade] = useState(0);
  /** Counts links revoked, so that the form does not go on offering one that is closed. */
  const [revoked, setRevoked] = useState(0);

  function open(): void {
    setIsOpen(true);
    dialog.current?.showModal();
  }

  return (
    <>
      <Button onClick={open}>
        <Share2 aria-hidden className="size-4" />
        Share
      </Button>
      <dialog
        ref={dialog}
        aria-labelledby={titleId}
        onClose={() => setIsOpen(false)}
        className="m-auto max-h-[90dvh] w-[44rem] max-w-[calc(100vw-2rem)] overflow-y-auto rounded-control border border-rule-strong bg-paper p-0 text-ink"
      >
        <div className="flex items-start justify-between gap-4 border-b px-5 py-4">
          <div>
            <h2 id={titleId} className="font-semibold text-16">
              Share this diagnosis
            </h2>
            <p className="mt-1 text-13 text-muted">
              A frozen, read-only copy. It has no link back into this server and no raw files.
            </p>
          </div>
          <button
            type="button"
            onClick={() => dialog.current?.close()}
            className="grid size-8 shrink-0 place-items-center rounded-control text-muted hover:bg-sunken hover:text-ink"
          >
            <X aria-hidden className="size-4" />
            <span className="sr-only">Close</span>
          </button>
        </div>
        {isOpen ? (
          <div className="space-y-6 px-5 py-4">
            <ShareForm
              key={revoked}
              loadPreview={callbacks.loadPreview}
              createLink={callbacks.createLink}
              onMade={() => setMade((count) => count + 1)}
            />
            <SharedLinks
              key={made}
              loadLinks={callbacks.loadLinks}
              revokeLink={async (handle) => {
                await callbacks.revokeLink(handle);
                setRevoked((count) => count + 1);
              }}
            />
          </div>
        ) : null}
      </dialog>
    </>
  );
}
