import type { Route } from "next";
import Link from "next/link";
import { useState } from "react";
import type { NodeEvent } from "@/server/core/series/history";
import { formatAt } from "../charts/time/zone-time";
import { snapshotPath } from "../raw-href";
import { Button } from "../ui/button";
import { UnbrokenSizes } from "../unbroken-sizes";

interface EventListProps {
  /** Oldest first. */
  readonly events: readonly NodeEvent[];
  readonly zone: string;
  readonly onMoment: (ms: number) => void;
  readonly onRemoveNote: (id: string) => Promise<void>;
}

const WORDS: Readonly<Record<NodeEvent["kind"], string>> = {
  verdict: "Verdict",
  boot: "Boot",
  restart: "Restart",
  snapshot: "Snapshot",
  note: "Note",
  clock: "Clock",
};
const FIRST = 20;

/** What happened in the span that is shown, the newest first. */
export function EventList({ events, zone, onMoment, onRemoveNote }: EventListProps) {
  const [showsAll, setShowsAll] = useState(false);
  const newest = events.toReversed();
  const shown = showsAll ? newest : newest.slice(0, FIRST);
  if (events.length === 0)
    return <p className="text-13 text-muted">Nothing happened in this span of time.</p>;
  return (
    <>
      <ul className="divide-y border-y">
        {shown.map((event) => (
          <li
            key={event.id}
            className="grid grid-cols-[1fr_auto] items-baseline gap-x-4 py-2 text-13 sm:grid-cols-[13rem_5rem_1fr_auto]"
          >
            <button
              type="button"
              onClick={() => onMoment(event.atMs)}
              title="Findings at this moment"
              className="link min-h-6 text-left"
            >
              {formatAt(event.atMs, zone)}
            </button>
            <span className="text-muted">{WORDS[event.kind]}</span>
            <EventText event={event} />
            {event.kind === "note" ? (
              <RemoveNote text={event.text} onRemove={() => onRemoveNote(event.id)} />
            ) : null}
          </li>
        ))}
      </ul>
      {events.length > shown.length ? (
        <p className="mt-3">
          <Button onClick={() => setShowsAll(true)}>
            Show {events.length - shown.length} more
          </Button>
        </p>
      ) : null}
    </>
  );
}

function EventText({ event: { node, kind, text, detail } }: { readonly event: NodeEvent }) {
  const { author, snapshotId } = detail ?? {};
  return (
    <span className="col-span-2 min-w-0 sm:col-span-1">
      {kind === "snapshot" && typeof snapshotId === "string" ? (
        <Link href={snapshotPath(node, snapshotId) as Route} prefetch={false} className="link">
          {text}
        </Link>
      ) : (
        <UnbrokenSizes text={text} />
      )}
      {typeof author === "string" ? <span className="text-muted"> — {author}</span> : null}
    </span>
  );
}

interface RemoveNoteProps {
  readonly text: string;
  readonly onRemove: () => Promise<void>;
}

/** Asks once more in its own place: the second press removes. */
function RemoveNote({ text, onRemove }: RemoveNoteProps) {
  const [state, setState] = useState<"idle" | "asking" | "busy" | "failed">("idle");

  async function press(): Promise<void> {
    if (state === "idle") {
      setState("asking");
      return;
    }
    setState("busy");
    try {
      await onRemove();
    } catch {
      setState("failed");
    }
  }

  const words = {
    idle: "Remove",
    asking: "Remove for good?",
    busy: "Removing…",
    failed: "It failed. Again?",
  }[state];
  return (
    <button
      type="button"
      disabled={state === "busy"}
      onClick={() => void press()}
      onBlur={() => setState((now) => (now === "asking" ? "idle" : now))}
      aria-label={`${words} Note: ${text.slice(0, 60)}`}
      className={`-ml-1 min-h-6 rounded-mark px-1 text-12 underline-offset-2 hover:underline ${state === "idle" ? "text-faint hover:text-ink" : "text-leaking"}`}
    >
      {words}
    </button>
  );
}
