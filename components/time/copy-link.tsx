import { Check, Link2 } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "../ui/button";

interface CopyLinkProps {
  /** Address of what is shown, with the times as instants. */
  readonly absoluteHref: string;
  /** The same with times that move; absent where none of them does. */
  readonly relativeHref?: string | undefined;
}

type State = "idle" | "copied" | "denied";

const WORDS: Readonly<Record<State, string>> = {
  idle: "Copy link",
  copied: "Copied",
  denied: "Copy it from the address bar",
};

/** A link to what is shown. Its times stand still unless the reader asks for moving ones. */
export function CopyLink({ absoluteHref, relativeHref }: CopyLinkProps) {
  const [keepsMoving, setKeepsMoving] = useState(false);
  const [state, setState] = useState<State>("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2000);
    return () => clearTimeout(timer);
  }, [state]);

  async function copy(): Promise<void> {
    const href = (keepsMoving ? relativeHref : undefined) ?? absoluteHref;
    try {
      await navigator.clipboard.writeText(new URL(href, window.location.origin).href);
      setState("copied");
    } catch {
      setState("denied");
    }
  }

  return (
    <div className="flex items-center gap-3">
      <Button onClick={() => void copy()}>
        {state === "copied" ? (
          <Check aria-hidden className="size-4" />
        ) : (
          <Link2 aria-hidden className="size-4" />
        )}
        <span aria-live="polite">{WORDS[state]}</span>
      </Button>
      {relativeHref === undefined ? null : (
        <label
          className="flex min-h-6 items-center gap-1.5 whitespace-nowrap text-12 text-muted"
          title="The link then shows the newest data whenever it is opened"
        >
          <input
            type="checkbox"
            checked={keepsMoving}
            onChange={(event) => setKeepsMoving(event.target.checked)}
            className="size-4 accent-(--accent)"
          />
          keep relative
        </label>
      )}
    </div>
  );
}
