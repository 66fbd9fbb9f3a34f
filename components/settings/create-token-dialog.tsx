"use client";

import { Plus } from "lucide-react";
import { type FormEvent, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Button } from "../ui/button";
import { ModalDialog } from "../ui/modal-dialog";
import { MadeTokenView } from "./made-token";
import type { MadeToken, TokenChoice } from "./settings-types";
import { TokenFields } from "./token-fields";

interface CreateTokenDialogProps {
  /** Origin of this server as the reader's browser knows it. */
  readonly server: string;
  readonly createToken: (choice: TokenChoice) => Promise<MadeToken>;
}

/** Asks for what a token is for, makes it, and shows it this once. */
export function CreateTokenDialog({ server, createToken }: CreateTokenDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const formId = useId();
  const [made, setMade] = useState<MadeToken>();
  const [state, setState] = useState<"idle" | "busy">("idle");
  const [problem, setProblem] = useState("");
  const [isOpen, setIsOpen] = useState(false);

  function open(): void {
    setMade(undefined);
    setProblem("");
    setState("idle");
    // The browser focuses the first field that is there when the dialog opens.
    flushSync(() => setIsOpen(true));
    dialog.current?.showModal();
  }

  async function make(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const choice = readChoice(new FormData(event.currentTarget));
    const lack = lackOf(choice);
    setProblem(lack ?? "");
    if (lack !== undefined) return;
    setState("busy");
    try {
      setMade(await createToken(choice));
    } catch (error) {
      setProblem(reasonOf(error));
    }
    setState("idle");
  }

  const close = () => dialog.current?.close();
  return (
    <>
      <Button onClick={open} aria-haspopup="dialog">
        <Plus aria-hidden className="size-4" />
        New token
      </Button>
      <ModalDialog
        dialogRef={dialog}
        title={made ? "Copy the token now" : "New agent token"}
        note={
          made
            ? "It is shown this once. The server keeps only its hash."
            : "It lets agents send data here, and nothing else."
        }
        isLocked={state === "busy"}
        // What was shown once is not kept in the page either.
        onClose={() => {
          setMade(undefined);
          setIsOpen(false);
        }}
        footer={
          made ? (
            <Button look="primary" onClick={close}>
              Done
            </Button>
          ) : (
            <>
              <Button onClick={close} disabled={state === "busy"}>
                Cancel
              </Button>
              <Button type="submit" form={formId} look="primary" disabled={state === "busy"}>
                {state === "busy" ? "Making it…" : "Make token"}
              </Button>
            </>
          )
        }
      >
        {made ? <MadeTokenView made={made} server={server} /> : null}
        {isOpen && !made ? (
          <form id={formId} onSubmit={(event) => void make(event)}>
            <TokenFields />
          </form>
        ) : null}
        <p role="alert" className="text-13 text-leaking empty:hidden">
          {problem}
        </p>
      </ModalDialog>
    </>
  );
}

function readChoice(form: FormData): TokenChoice {
  const nodePattern = String(form.get("nodes") ?? "").trim();
  return {
    name: String(form.get("name") ?? ""),
    expiresInDays: Number(form.get("days")),
    scopes: (["push", "snapshots"] as const).filter((scope) => form.has(scope)),
    ...(nodePattern !== "" && { nodePattern }),
  };
}

function lackOf({ name, scopes }: TokenChoice): string | undefined {
  if (name.trim() === "") return "Give it a name.";
  return scopes.length === 0 ? "Choose at least one thing that it may do." : undefined;
}

/** What the server says; a list of what is wrong with the input is for programs. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  return message === "" || message.startsWith("[")
    ? "The token could not be made like this. Change it and try again."
    : message;
}
