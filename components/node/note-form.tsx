import { type FormEvent, useId, useState } from "react";
import { formatAt } from "../charts/time/zone-time";
import { Button } from "../ui/button";

export interface Note {
  readonly text: string;
  readonly author: string;
}

interface NoteFormProps {
  /** The moment the note will stand at; undefined for the present. */
  readonly atMs: number | undefined;
  readonly zone: string;
  readonly onAdd: (note: Note) => Promise<void>;
}

const AUTHOR_KEY = "memledger.note-author";
const FIELD = "h-8 rounded-control border border-control bg-paper px-2 text-13";

/** A line beside a moment: a deploy, a change of configuration, a suspicion. */
export function NoteForm({ atMs, zone, onAdd }: NoteFormProps) {
  const id = useId();
  const [note, setNote] = useState<Note>({ text: "", author: "" });
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const [problem, setProblem] = useState("");

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (note.text.trim() === "") {
      setState("failed");
      setProblem("Write what happened first.");
      return;
    }
    setState("busy");
    try {
      await onAdd(note);
      setNote({ ...note, text: "" });
      setState("idle");
      keepAuthor(note.author);
    } catch (error) {
      setState("failed");
      setProblem(error instanceof Error ? error.message : "The note could not be kept. Try again.");
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)} className="mt-4">
      <div className="flex flex-wrap items-end gap-2">
        <div className="min-w-0 grow basis-64">
          <label htmlFor={`${id}-text`} className="mb-1 block text-12 text-muted">
            Note at {atMs === undefined ? "this moment" : formatAt(atMs, zone)}
          </label>
          <input
            id={`${id}-text`}
            value={note.text}
            onChange={(event) => setNote({ ...note, text: event.target.value })}
            placeholder="What happened: a deploy, a change, a suspicion"
            maxLength={1000}
            autoComplete="off"
            className={`${FIELD} w-full placeholder:text-faint`}
          />
        </div>
        <div className="basis-40">
          <label htmlFor={`${id}-author`} className="mb-1 block text-12 text-muted">
            Your name, if you like
          </label>
          <input
            id={`${id}-author`}
            value={note.author}
            onFocus={() => {
              if (note.author === "") setNote({ ...note, author: keptAuthor() });
            }}
            onChange={(event) => setNote({ ...note, author: event.target.value })}
            maxLength={100}
            autoComplete="name"
            className={`${FIELD} w-full`}
          />
        </div>
        <Button type="submit" disabled={state === "busy"}>
          {state === "busy" ? "Adding…" : "Add note"}
        </Button>
      </div>
      <p role="alert" className="mt-1 text-13 text-leaking empty:hidden">
        {state === "failed" ? problem : ""}
      </p>
    </form>
  );
}

function keptAuthor(): string {
  try {
    return localStorage.getItem(AUTHOR_KEY)?.slice(0, 100) ?? "";
  } catch {
    return "";
  }
}

function keepAuthor(author: string): void {
  try {
    localStorage.setItem(AUTHOR_KEY, author.trim());
  } catch {
    // A browser that keeps nothing asks again.
  }
}
