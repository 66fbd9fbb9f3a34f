"use client";

import { useEffect, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { formatCount } from "@/server/core/format-bytes";
import { Button } from "../ui/button";
import { ModalDialog } from "../ui/modal-dialog";
import { keptFor, LEVEL_NAMES } from "./level-names";
import type { RetentionLevel, RetentionPreview } from "./settings-types";

interface RetentionDialogProps {
  readonly level: RetentionLevel;
  readonly loadPreview: (days: number | null) => Promise<RetentionPreview>;
  readonly save: (days: number | null) => Promise<void>;
}

/** What the choice would do: a sentence, or why it is not allowed. */
type Outlook =
  | { readonly state: "unchanged" }
  | { readonly state: "loading" }
  | { readonly state: "good"; readonly rows: number }
  | { readonly state: "bad"; readonly why: string };

/** Changes how long a level is kept; says beforehand how much goes. */
export function RetentionDialog({ level, loadPreview, save }: RetentionDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { title, rows } = LEVEL_NAMES[level.id];
  const [isOpen, setIsOpen] = useState(false);
  const [days, setDays] = useState<number | null>(level.days);
  const [state, setState] = useState<"idle" | "busy">("idle");
  const [problem, setProblem] = useState("");
  const outlook = useOutlook({ isOpen, days, level, loadPreview });

  function open(): void {
    setDays(level.days);
    setProblem("");
    // The browser focuses the first field that is there when the dialog opens.
    flushSync(() => setIsOpen(true));
    dialog.current?.showModal();
  }

  async function confirm(): Promise<void> {
    setState("busy");
    try {
      await save(days);
      dialog.current?.close();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "It could not be changed. Try again.");
    }
    setState("idle");
  }

  const removes = outlook.state === "good" && outlook.rows > 0;
  return (
    <>
      <Button
        onClick={open}
        aria-haspopup="dialog"
        aria-label={`Change how long ${title} are kept`}
      >
        Change…
      </Button>
      <ModalDialog
        dialogRef={dialog}
        title={`How long ${title.toLowerCase()} are kept`}
        note={LEVEL_NAMES[level.id].what}
        isLocked={state === "busy"}
        onClose={() => setIsOpen(false)}
        footer={
          <>
            <Button disabled={state === "busy"} onClick={() => dialog.current?.close()}>
              Cancel
            </Button>
            <Button
              look={removes ? "danger" : "primary"}
              disabled={state === "busy" || outlook.state !== "good"}
              onClick={() => void confirm()}
            >
              {removes ? "Remove and save" : "Save"}
            </Button>
          </>
        }
      >
        {isOpen ? <DaysChoice level={level} days={days} onChange={setDays} /> : null}
        <p aria-live="polite" className="min-h-5 text-13 text-muted">
          {sentenceOf(outlook, { days, rows })}
        </p>
        <p role="alert" className="text-13 text-leaking empty:hidden">
          {problem}
        </p>
      </ModalDialog>
    </>
  );
}

interface DaysChoiceProps {
  readonly level: RetentionLevel;
  readonly days: number | null;
  readonly onChange: (days: number | null) => void;
}

function DaysChoice({ level, days, onChange }: DaysChoiceProps) {
  const id = useId();
  const { minDays, maxDays, defaultDays } = level;
  return (
    <div className="flex flex-col gap-2">
      {defaultDays === null ? (
        <label className="flex min-h-6 items-center gap-2 text-13">
          <input
            type="checkbox"
            checked={days === null}
            onChange={(event) => onChange(event.target.checked ? null : Math.min(365, maxDays))}
            className="size-4 accent-accent"
          />
          Keep for ever
        </label>
      ) : null}
      <div>
        <label htmlFor={id} className="font-medium text-13">
          Days
        </label>
        <input
          id={id}
          type="number"
          min={minDays}
          max={maxDays}
          step={1}
          disabled={days === null}
          value={days === null || Number.isNaN(days) ? "" : days}
          onChange={(event) => onChange(event.target.valueAsNumber)}
          className="mt-1 block h-8 w-32 rounded-control border border-control bg-paper px-2 text-13 disabled:opacity-50"
        />
        <p className="mt-1 text-12 text-muted">
          {minDays} to {maxDays}
          {defaultDays === null ? "" : `; without a choice ${defaultDays}`}. Whole days or weeks go
          at a time, so a little more may stay.
        </p>
      </div>
    </div>
  );
}

function sentenceOf(
  outlook: Outlook,
  { days, rows }: { readonly days: number | null; readonly rows: readonly [string, string] },
): string {
  if (outlook.state === "unchanged") return "";
  if (outlook.state === "loading") return "Reading what that would remove…";
  if (outlook.state === "bad") return outlook.why;
  if (days === null) return "Nothing is removed any more.";
  if (outlook.rows === 0) return `Nothing is older than ${keptFor(days)} now.`;
  if (outlook.rows === 1)
    return `1 ${rows[0]} is older than ${keptFor(days)} and is removed for good.`;
  return `${formatCount(outlook.rows)} ${rows[1]} are older than ${keptFor(days)} and are removed for good.`;
}

interface OutlookInput extends Pick<RetentionDialogProps, "level" | "loadPreview"> {
  readonly isOpen: boolean;
  readonly days: number | null;
}

function outlookOf(preview: RetentionPreview): Outlook {
  return "refusal" in preview
    ? { state: "bad", why: preview.refusal }
    : { state: "good", rows: preview.rows };
}

const TYPING_PAUSE_MS = 200;

function useOutlook({ isOpen, days, level, loadPreview }: OutlookInput): Outlook {
  const [outlook, setOutlook] = useState<Outlook>({ state: "unchanged" });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the callback is new with every render; only the choice matters
  useEffect(() => {
    if (!isOpen || days === level.days) {
      setOutlook({ state: "unchanged" });
      return;
    }
    if (Number.isNaN(days)) {
      setOutlook({ state: "bad", why: `Choose ${level.minDays} to ${level.maxDays} days.` });
      return;
    }
    let isCurrent = true;
    setOutlook({ state: "loading" });
    const timer = setTimeout(() => {
      loadPreview(days).then(
        (preview) => isCurrent && setOutlook(outlookOf(preview)),
        () => isCurrent && setOutlook({ state: "bad", why: "The server did not answer." }),
      );
    }, TYPING_PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [isOpen, days, level.days]);
  return outlook;
}
