import { type ClipboardEvent, type FormEvent, useId, useState } from "react";
import { type RangeText, resolveRange, type TimeRange } from "@/server/core/time/time-range";
import { toLocal } from "@/server/core/time/zone";
import { Button } from "../ui/button";
import { pastedRange } from "./range-clipboard";

interface RangeFormProps {
  /** The range that is shown: where the fields begin. */
  readonly range: TimeRange;
  readonly zone: string;
  readonly nowMs: number;
  readonly onApply: (range: RangeText) => void;
}

/** Both ends by hand: a date and a time by the zone's clock, or the grammar of dashboards. */
export function RangeForm({ range, zone, nowMs, onApply }: RangeFormProps) {
  const id = useId();
  const [text, setText] = useState<RangeText>(() => ({
    from: editable(range.from, range.fromMs, zone),
    to: editable(range.to, range.toMs, zone),
  }));
  const [problem, setProblem] = useState<string>();

  function change(changes: Partial<RangeText>): void {
    setText({ ...text, ...changes });
    setProblem(undefined);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    const asked = { from: text.from.trim(), to: text.to.trim() };
    const resolved = resolveRange(asked, { nowMs, zone });
    if ("problem" in resolved) setProblem(resolved.problem);
    else onApply({ from: inUrl(asked.from, resolved.fromMs), to: inUrl(asked.to, resolved.toMs) });
  }

  function paste(event: ClipboardEvent): void {
    const pasted = pastedRange(event.clipboardData.getData("text"));
    if (!pasted) return;
    event.preventDefault();
    change(pasted);
  }

  return (
    <form onSubmit={submit} onPaste={paste} className="space-y-2">
      {(["from", "to"] as const).map((end) => (
        <div key={end} className="flex items-center gap-2">
          <label htmlFor={`${id}-${end}`} className="w-10 shrink-0 text-13 text-muted">
            {end === "from" ? "From" : "To"}
          </label>
          <input
            id={`${id}-${end}`}
            value={text[end]}
            onChange={(event) => change({ [end]: event.target.value })}
            aria-invalid={problem !== undefined}
            aria-describedby={`${id}-help`}
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            className="h-8 min-w-0 grow rounded-control border border-control bg-paper px-2 font-mono text-12"
          />
        </div>
      ))}
      <p id={`${id}-help`} className="text-12 text-muted">
        2026-11-25, 2026-11-25 14:10, now-6h, now-1d/d
      </p>
      <p role="alert" className="text-13 text-leaking empty:hidden">
        {problem}
      </p>
      <Button type="submit">Apply</Button>
    </form>
  );
}

/** An instant as the zone's clock shows it, so that it can be edited; the grammar stays as it is. */
function editable(text: string, ms: number, zone: string): string {
  if (text.startsWith("now")) return text;
  return new Date(toLocal(ms, zone)).toISOString().slice(0, 19).replace("T", " ");
}

/** What depends on the zone of the reader goes into the address as an instant. */
function inUrl(text: string, ms: number): string {
  return text.startsWith("now") ? text : String(ms);
}
