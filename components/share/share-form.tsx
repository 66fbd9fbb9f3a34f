"use client";

import { useEffect, useState } from "react";
import type { SnapshotReport } from "@/server/core/report";
import { formatMoment } from "../format-time";
import { Button } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { MaskPreview } from "./mask-preview";
import {
  EXPIRY_DAYS,
  REVEAL_NOTHING,
  type Reveal,
  type ShareCallbacks,
  type ShareChoice,
} from "./share-types";

const REVEALABLE: readonly { readonly key: keyof Reveal; readonly label: string }[] = [
  { key: "hostnames", label: "Show host names" },
  { key: "addresses", label: "Show IP addresses" },
  { key: "commands", label: "Show command lines" },
  { key: "paths", label: "Show paths, pods, control groups" },
];

interface ShareFormProps extends Pick<ShareCallbacks, "loadPreview" | "createLink"> {
  readonly onMade: () => void;
}

type Made = { readonly url: string; readonly expiresAt: string };

/** What to leave readable, for how long, what it will look like, and the button that makes the link. */
export function ShareForm({ loadPreview, createLink, onMade }: ShareFormProps) {
  const [reveal, setReveal] = useState(REVEAL_NOTHING);
  const [days, setDays] = useState<ShareChoice["expiresInDays"]>(7);
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const [made, setMade] = useState<Made>();
  const preview = usePreview(loadPreview, reveal);

  async function make(): Promise<void> {
    setState("busy");
    try {
      const { path, expiresAt } = await createLink({ expiresInDays: days, reveal });
      setMade({ url: new URL(path, window.location.origin).href, expiresAt });
      setState("idle");
      onMade();
    } catch {
      setState("failed");
    }
  }

  return (
    <div className="space-y-5">
      <fieldset>
        <legend className="font-medium text-13">Masked unless you tick it</legend>
        <div className="mt-2 grid grid-cols-1 gap-y-1 sm:grid-cols-2">
          {REVEALABLE.map(({ key, label }) => (
            <label key={key} className="flex min-h-6 items-center gap-2 text-13">
              <input
                type="checkbox"
                checked={reveal[key]}
                onChange={(event) => setReveal({ ...reveal, [key]: event.target.checked })}
                className="size-4 accent-(--accent)"
              />
              {label}
            </label>
          ))}
        </div>
        <p className="mt-2 text-12 text-muted">
          Numbers, kernel words, process names, ids and ports are always shown.
        </p>
      </fieldset>

      <MaskPreview preview={preview} />

      <fieldset>
        <legend className="font-medium text-13">The link works for</legend>
        <div className="mt-2 flex gap-5">
          {EXPIRY_DAYS.map((choice) => (
            <label key={choice} className="flex min-h-6 items-center gap-2 text-13">
              <input
                type="radio"
                name="expiry"
                checked={days === choice}
                onChange={() => setDays(choice)}
                className="size-4 accent-(--accent)"
              />
              {choice === 1 ? "1 day" : `${choice} days`}
            </label>
          ))}
        </div>
      </fieldset>

      <div className="flex flex-wrap items-center gap-3">
        <Button look="primary" onClick={() => void make()} disabled={state === "busy"}>
          {state === "busy" ? "Making the link…" : "Make link"}
        </Button>
        <p role="alert" className="text-13 text-leaking empty:hidden">
          {state === "failed" ? "The link could not be made. Try again." : ""}
        </p>
      </div>
      {made ? <MadeLink {...made} /> : null}
    </div>
  );
}

function MadeLink({ url, expiresAt }: Made) {
  return (
    <div role="status" className="border-accent border-l-2 bg-sunken px-3 py-2">
      <p className="flex items-center gap-2">
        <a href={url} target="_blank" rel="noreferrer" className="link min-w-0 font-mono text-12">
          {url}
        </a>
        <CopyButton text={url} what="link" />
      </p>
      <p className="mt-1 text-12 text-muted">
        Works until {formatMoment(expiresAt)}. Copy it now: the address is not shown again.
      </p>
    </div>
  );
}

/** The masked report for the present switches; "failed" when the server could not give it. */
function usePreview(
  loadPreview: ShareCallbacks["loadPreview"],
  reveal: Reveal,
): SnapshotReport | "loading" | "failed" {
  const [preview, setPreview] = useState<SnapshotReport | "loading" | "failed">("loading");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the callback is new with every render; only the switches matter
  useEffect(() => {
    let isCurrent = true;
    loadPreview(reveal).then(
      (report) => isCurrent && setPreview(report),
      () => isCurrent && setPreview("failed"),
    );
    return () => {
      isCurrent = false;
    };
  }, [reveal]);
  return preview;
}
