import { useSyncExternalStore } from "react";
import type { RangeText } from "@/server/core/time/time-range";

/** Ranges of two instants that were looked at in this browser, the newest first. */
const KEY = "memledger.recent-ranges";
const MOST = 5;
const NONE: readonly RangeText[] = [];
const INSTANT = /^\d{1,15}$/;

const listeners = new Set<() => void>();
let read: { readonly text: string | null; readonly ranges: readonly RangeText[] } | undefined;

/** Remembers a range; one that moves with the clock is none of these. */
export function rememberRange({ from, to }: RangeText): void {
  if (!INSTANT.test(from) || !INSTANT.test(to)) return;
  const others = recentRanges().filter((range) => range.from !== from || range.to !== to);
  try {
    localStorage.setItem(KEY, JSON.stringify([{ from, to }, ...others].slice(0, MOST)));
  } catch {
    // A browser that keeps nothing shows no list.
  }
  for (const listener of listeners) listener();
}

export function useRecentRanges(): readonly RangeText[] {
  return useSyncExternalStore(subscribe, recentRanges, () => NONE);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

function recentRanges(): readonly RangeText[] {
  const text = stored();
  if (read?.text !== text) read = { text, ranges: parseRanges(text) };
  return read.ranges;
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** What stands there may come from another version, or from somebody's hand. */
export function parseRanges(text: string | null): readonly RangeText[] {
  if (text === null) return NONE;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.flatMap(asRange).slice(0, MOST) : NONE;
  } catch {
    return NONE;
  }
}

function asRange(value: unknown): RangeText[] {
  if (typeof value !== "object" || value === null) return [];
  const { from, to } = value as Record<string, unknown>;
  if (typeof from !== "string" || typeof to !== "string") return [];
  if (!INSTANT.test(from) || !INSTANT.test(to) || Number(from) >= Number(to)) return [];
  return [{ from, to }];
}
