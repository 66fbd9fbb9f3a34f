import { useEffect, useEffectEvent } from "react";

export interface TimeKeys {
  readonly onCopy: () => void;
  readonly onPaste: () => void;
  readonly onBack: () => void;
  readonly onZoomOut: () => void;
  readonly onShift: (direction: -1 | 1) => void;
}

/** After `t` the second key is awaited for so long. */
const SEQUENCE_MS = 1500;

/** `t c`, `t v`, `t z`, `t ←`, `t →` and `Ctrl+Z`; none of them while somebody is typing. */
export function useTimeKeys(keys: TimeKeys): void {
  const onKey = useEffectEvent((event: KeyboardEvent, isSecond: boolean) => {
    const action = isUndo(event) ? keys.onBack : isSecond ? secondOf(event, keys) : undefined;
    if (!action) return;
    // The chart beneath would take an arrow for its own.
    event.preventDefault();
    event.stopPropagation();
    action();
  });

  useEffect(() => {
    let startedAt = Number.NEGATIVE_INFINITY;
    function listen(event: KeyboardEvent): void {
      if (isTyping(event.target)) return;
      const isSecond = event.timeStamp - startedAt < SEQUENCE_MS;
      const isFirst = event.key === "t" && !hasModifier(event);
      startedAt = isFirst ? event.timeStamp : Number.NEGATIVE_INFINITY;
      onKey(event, isSecond);
    }
    window.addEventListener("keydown", listen, { capture: true });
    return () => window.removeEventListener("keydown", listen, { capture: true });
  }, []);
}

function secondOf(event: KeyboardEvent, keys: TimeKeys): (() => void) | undefined {
  if (hasModifier(event)) return undefined;
  if (event.key === "ArrowLeft") return () => keys.onShift(-1);
  if (event.key === "ArrowRight") return () => keys.onShift(1);
  return { c: keys.onCopy, v: keys.onPaste, z: keys.onZoomOut }[event.key];
}

function hasModifier({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey;
}

function isUndo({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): boolean {
  return key.toLowerCase() === "z" && (ctrlKey || metaKey) && !shiftKey && !altKey;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("dialog[open]")) return true;
  if (target instanceof HTMLInputElement) return !NOT_TYPED.has(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

const NOT_TYPED: ReadonlySet<string> = new Set(["checkbox", "radio", "range", "button", "submit"]);
