"use client";

import type { Route } from "next";
import { useState } from "react";
import { rangeChanges } from "@/components/time/range-url";
import { rememberRange } from "@/components/time/recent-ranges";
import type { RangeText } from "@/server/core/time/time-range";

type Push = (changes: Record<string, string | undefined>) => void;

const MOST = 50;
/** A drag across a few pixels still shows something. */
const SHORTEST_ZOOM_MS = 10_000;

/** The ranges that were shown before this one, and how to leave it: the newest last. */
export function useRangeHistory({ from, to }: RangeText, push: Push) {
  const [past, setPast] = useState<readonly RangeText[]>([]);
  const isThis = (range: RangeText) => range.from === from && range.to === to;
  // The browser's own back button may have led to a range of this list already.
  const before = past.findLast((range) => !isThis(range));

  function go(range: RangeText): void {
    if (isThis(range)) return;
    setPast([...past, { from, to }].slice(-MOST));
    rememberRange(range);
    push(rangeChanges(range));
  }

  function back(): void {
    if (!before) return;
    setPast(past.slice(0, past.lastIndexOf(before)));
    push(rangeChanges(before));
  }

  function zoom(fromMs: number, toMs: number): void {
    const missing = Math.max(0, SHORTEST_ZOOM_MS - (toMs - fromMs));
    const begin = Math.max(0, Math.round(fromMs - missing / 2));
    go({ from: String(begin), to: String(Math.round(toMs + missing / 2)) });
  }

  return {
    go,
    back,
    zoom,
    canGoBack: before !== undefined,
    hrefOf:
      (hrefWith: (changes: Record<string, string | undefined>) => Route) =>
      (range: RangeText): string =>
        hrefWith(rangeChanges(range)),
  };
}
