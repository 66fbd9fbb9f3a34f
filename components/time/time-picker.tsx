import { CalendarClock, ChevronDown } from "lucide-react";
import { type ReactNode, useEffect, useEffectEvent, useId, useRef, useState } from "react";
import { type RangeText, resolveRange, type TimeRange } from "@/server/core/time/time-range";
import { formatSpan } from "../charts/time/zone-time";
import { buttonClass } from "../ui/button";
import { RangeForm } from "./range-form";
import { PRESETS, presetOf, rangeWords } from "./range-words";
import { useRecentRanges } from "./recent-ranges";
import { ZoneSelect } from "./zone-select";

interface TimePickerProps {
  readonly range: TimeRange;
  readonly zone: string;
  readonly browserZone: string | undefined;
  /** What the server's clock shows, ms since 1970. */
  readonly nowMs: number;
  readonly onRange: (range: RangeText) => void;
  readonly onZone: (zone: string | undefined) => void;
}

/** Which span of time is shown; opens into presets, two fields, recent ranges and the time zone. */
export function TimePicker(props: TimePickerProps) {
  const { range, zone, onRange } = props;
  const [isOpen, setIsOpen] = useState(false);
  const panelId = useId();
  const root = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);

  function close(): void {
    setIsOpen(false);
    trigger.current?.focus();
  }
  useDismissal(isOpen, { root, onLeave: () => setIsOpen(false), onEscape: close });

  function choose(chosen: RangeText): void {
    close();
    onRange(chosen);
  }

  return (
    <div ref={root} className="relative min-w-0">
      <button
        ref={trigger}
        type="button"
        onClick={() => setIsOpen(!isOpen)}
        aria-expanded={isOpen}
        aria-controls={panelId}
        className={`${buttonClass()} max-w-full`}
      >
        <CalendarClock aria-hidden className="size-4 shrink-0" />
        <span className="truncate">{rangeWords(range, zone)}</span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0 text-muted" />
      </button>
      <div
        id={panelId}
        hidden={!isOpen}
        className="absolute top-9 left-0 z-30 w-[36rem] max-w-[calc(100vw-2rem)] rounded-control border border-rule-strong bg-raised max-sm:fixed max-sm:inset-x-4 max-sm:top-16 max-sm:max-h-[calc(100dvh-5rem)] max-sm:w-auto max-sm:overflow-y-auto"
      >
        {isOpen ? <Panel {...props} onRange={choose} /> : null}
      </div>
    </div>
  );
}

function Panel({ range, zone, browserZone, nowMs, onRange, onZone }: TimePickerProps) {
  const chosen = presetOf(range)?.from;
  return (
    <>
      <div className="grid grid-cols-1 sm:grid-cols-[1fr_12rem]">
        <div className="space-y-5 p-4">
          <Group title="From and to">
            <RangeForm
              key={`${range.from} ${range.to} ${zone}`}
              {...{ range, zone, nowMs }}
              onApply={onRange}
            />
          </Group>
          <RecentRanges zone={zone} nowMs={nowMs} onRange={onRange} />
        </div>
        <ul
          aria-label="Ranges that end now"
          className="border-rule p-2 max-sm:grid max-sm:grid-cols-2 max-sm:border-t sm:border-l"
        >
          {PRESETS.map(({ from, label }) => (
            <li key={from}>
              <button
                type="button"
                aria-pressed={from === chosen}
                onClick={() => onRange({ from, to: "now" })}
                className="h-8 w-full rounded-control px-2 text-left text-13 text-muted hover:bg-sunken hover:text-ink aria-pressed:font-medium aria-pressed:text-ink"
              >
                {label}
              </button>
            </li>
          ))}
        </ul>
      </div>
      <div className="space-y-2 border-t px-4 py-3">
        <ZoneSelect zone={zone} browserZone={browserZone} onZone={onZone} />
        <p className="text-12 text-muted max-sm:hidden">
          Keys: <Keys>t c</Keys> copies the range, <Keys>t v</Keys> pastes one, <Keys>t ←</Keys> and{" "}
          <Keys>t →</Keys> move it by half, <Keys>t z</Keys> shows twice as much,{" "}
          <Keys>Ctrl+Z</Keys> goes back.
        </p>
      </div>
    </>
  );
}

function Keys({ children }: { readonly children: string }) {
  return <kbd className="whitespace-nowrap font-mono text-ink">{children}</kbd>;
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div>
      <p className="mb-2 font-medium text-12">{title}</p>
      {children}
    </div>
  );
}

type RecentProps = Pick<TimePickerProps, "zone" | "nowMs" | "onRange">;

function RecentRanges({ zone, nowMs, onRange }: RecentProps) {
  const recent = useRecentRanges();
  if (recent.length === 0) return null;
  return (
    <Group title="Recently looked at">
      <ul className="-mx-2">
        {recent.map((range) => {
          const resolved = resolveRange(range, { nowMs, zone });
          if ("problem" in resolved) return null;
          return (
            <li key={`${range.from} ${range.to}`}>
              <button
                type="button"
                onClick={() => onRange(range)}
                className="min-h-7 w-full rounded-control px-2 py-1 text-left text-12 text-muted hover:bg-sunken hover:text-ink"
              >
                {formatSpan(resolved.fromMs, resolved.toMs, zone)}
              </button>
            </li>
          );
        })}
      </ul>
    </Group>
  );
}

interface Dismissal {
  readonly root: { readonly current: HTMLElement | null };
  readonly onLeave: () => void;
  readonly onEscape: () => void;
}

/** A press elsewhere or focus that moves on closes it; so does Escape, which gives the focus back. */
function useDismissal(isOpen: boolean, { root, onLeave, onEscape }: Dismissal): void {
  const leave = useEffectEvent((event: Event) => {
    if (event.target instanceof Node && !root.current?.contains(event.target)) onLeave();
  });
  const dismiss = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === "Escape") onEscape();
  });
  useEffect(() => {
    if (!isOpen) return;
    const abort = new AbortController();
    const options = { signal: abort.signal };
    document.addEventListener("pointerdown", (event) => leave(event), options);
    document.addEventListener("focusin", (event) => leave(event), options);
    document.addEventListener("keydown", (event) => dismiss(event), options);
    return () => abort.abort();
  }, [isOpen]);
}
