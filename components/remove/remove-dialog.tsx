"use client";

import { Trash2 } from "lucide-react";
import { useId, useRef, useState } from "react";
import { Button } from "../ui/button";
import { RemovalFacts } from "./removal-facts";
import type { RemovalPreview, RemoveCallbacks } from "./remove-types";

interface RemoveDialogProps extends RemoveCallbacks {
  /** Which upload, for a reader who hears only the button. */
  readonly label: string;
  readonly look: "button" | "link";
}

type Preview = RemovalPreview | "loading" | "failed";

/** Asks before an upload is removed, naming what goes. The focus begins on Cancel, the first that takes it. */
export function RemoveDialog({ label, look, loadPreview, remove }: RemoveDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const ids = { title: useId(), what: useId() };
  const [preview, setPreview] = useState<Preview>("loading");
  const [revokeLinks, setRevokeLinks] = useState(true);
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");

  function open(): void {
    setPreview("loading");
    setRevokeLinks(true);
    setState("idle");
    dialog.current?.showModal();
    loadPreview().then(setPreview, () => setPreview("failed"));
  }

  async function confirm(): Promise<void> {
    setState("busy");
    try {
      await remove({ revokeLinks });
      dialog.current?.close();
    } catch {
      setState("failed");
    }
  }

  return (
    <>
      {look === "button" ? (
        <Button onClick={open} aria-label={label}>
          <Trash2 aria-hidden className="size-4" />
          Remove…
        </Button>
      ) : (
        <button
          type="button"
          onClick={open}
          aria-label={label}
          className="-ml-1 min-h-6 rounded-mark px-1 text-12 text-faint underline-offset-2 hover:text-ink hover:underline"
        >
          Remove…
        </button>
      )}
      <dialog
        ref={dialog}
        aria-labelledby={ids.title}
        aria-describedby={ids.what}
        // While it is being removed nothing can be called back, so the dialog stays to say how it went.
        onCancel={(event) => {
          if (state === "busy") event.preventDefault();
        }}
        className="m-auto max-h-[90dvh] w-[32rem] max-w-[calc(100vw-2rem)] overflow-y-auto whitespace-normal rounded-control border border-rule-strong bg-paper p-0 text-left font-normal text-ink"
      >
        <div className="border-b px-5 py-4">
          <h2 id={ids.title} className="font-semibold text-16">
            Remove this upload?
          </h2>
          <p id={ids.what} className="mt-1 text-13 text-muted">
            The file, its snapshots, texts and reports are deleted from this server. This cannot be
            undone.
          </p>
        </div>
        <div className="flex flex-col gap-4 px-5 py-4">
          <RemovalFacts preview={preview} />
          <LinksChoice preview={preview} isRevoking={revokeLinks} onChange={setRevokeLinks} />
          <p role="alert" className="text-13 text-leaking empty:hidden">
            {state === "failed" ? "The upload could not be removed. Try again." : ""}
          </p>
        </div>
        <div className="flex justify-end gap-2 border-t px-5 py-4">
          <Button disabled={state === "busy"} onClick={() => dialog.current?.close()}>
            Cancel
          </Button>
          <Button
            look="danger"
            disabled={state === "busy" || typeof preview === "string"}
            onClick={() => void confirm()}
          >
            {state === "busy" ? "Removing…" : "Remove"}
          </Button>
        </div>
      </dialog>
    </>
  );
}

interface LinksChoiceProps {
  readonly preview: Preview;
  readonly isRevoking: boolean;
  readonly onChange: (isRevoking: boolean) => void;
}

/** Links are frozen copies of their own; left open they can be closed by nobody until they expire. */
function LinksChoice({ preview, isRevoking, onChange }: LinksChoiceProps) {
  if (typeof preview === "string" || preview.openLinks === 0) return null;
  const links =
    preview.openLinks === 1 ? "the shared link" : `the ${preview.openLinks} shared links`;
  return (
    <div className="text-13">
      <label className="flex min-h-6 items-center gap-2">
        <input
          type="checkbox"
          checked={isRevoking}
          onChange={(event) => onChange(event.target.checked)}
          className="size-4 accent-accent"
        />
        Revoke {links} too
      </label>
      <p className="mt-1 pl-6 text-12 text-muted">
        {isRevoking
          ? "Whoever opens one is told that it has been revoked."
          : "Left open, they show their frozen copy until they expire, and cannot be revoked any more."}
      </p>
    </div>
  );
}
