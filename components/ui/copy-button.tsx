"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for the button's name: "Copy command". */
  readonly what: string;
}

/** Copies a text and says so for two seconds; where the clipboard is denied it says that. */
export function CopyButton({ text, what }: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "denied">("idle");

  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2000);
    return () => clearTimeout(timer);
  }, [state]);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch {
      setState("denied");
    }
  }

  const message = { idle: `Copy ${what}`, copied: "Copied", denied: "Select and copy by hand" }[
    state
  ];
  return (
    <button
      type="button"
      onClick={() => void copy()}
      title={message}
      className="inline-grid size-6 shrink-0 place-items-center rounded-control text-faint hover:bg-sunken hover:text-ink"
    >
      {state === "copied" ? (
        <Check aria-hidden className="size-3.5" />
      ) : (
        <Copy aria-hidden className="size-3.5" />
      )}
      <span aria-live="polite" className="sr-only">
        {message}
      </span>
    </button>
  );
}
