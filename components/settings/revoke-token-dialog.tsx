"use client";

import { useRef, useState } from "react";
import { Button } from "../ui/button";
import { ModalDialog } from "../ui/modal-dialog";

interface RevokeTokenDialogProps {
  readonly name: string;
  /** Resolves once it is refused everywhere. */
  readonly revoke: () => Promise<void>;
}

/** Asks before a token is ended. */
export function RevokeTokenDialog({ name, revoke }: RevokeTokenDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");

  async function confirm(): Promise<void> {
    setState("busy");
    try {
      await revoke();
      dialog.current?.close();
      setState("idle");
    } catch {
      setState("failed");
    }
  }

  return (
    <>
      <Button
        look="danger"
        aria-haspopup="dialog"
        aria-label={`Revoke ${name}`}
        onClick={() => dialog.current?.showModal()}
      >
        Revoke…
      </Button>
      <ModalDialog
        dialogRef={dialog}
        title="Revoke this token?"
        note="Agents that use it are refused from now on. This cannot be undone."
        isLocked={state === "busy"}
        footer={
          <>
            <Button disabled={state === "busy"} onClick={() => dialog.current?.close()}>
              Cancel
            </Button>
            <Button look="danger" disabled={state === "busy"} onClick={() => void confirm()}>
              {state === "busy" ? "Revoking…" : "Revoke"}
            </Button>
          </>
        }
      >
        <p className="text-13">{name}</p>
        <p role="alert" className="text-13 text-leaking empty:hidden">
          {state === "failed" ? "The token could not be revoked. Try again." : ""}
        </p>
      </ModalDialog>
    </>
  );
}
