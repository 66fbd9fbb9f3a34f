import { isRelative, parseInstant } from "./parse-instant";

/** A span of time as somebody asked for it, and what it means now. */
export interface TimeRange {
  /** As in the URL: "now-24h", "1764070000000", "2026-11-25". */
  readonly from: string;
  readonly to: string;
  /** ms since 1970; from lies before to. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Its end moves with the clock. */
  readonly isLive: boolean;
}

export type RangeText = Pick<TimeRange, "from" | "to">;

export const DEFAULT_RANGE: RangeText = { from: "now-24h", to: "now" };

/** Shorter than this there is nothing to draw: agents measure some times a minute at most. */
const SHORTEST_RANGE_MS = 1000;

export interface RangeContext {
  readonly nowMs: number;
  readonly zone: string;
}

/** Resolves both ends, or says in one sentence why they are no range. */
export function resolveRange(
  { from, to }: RangeText,
  { nowMs, zone }: RangeContext,
): TimeRange | { readonly problem: string } {
  const fromMs = parseInstant(from, { nowMs, zone, edge: "start" });
  if (fromMs === undefined) return { problem: `“${from}” is not a time.` };
  const toMs = parseInstant(to, { nowMs, zone, edge: "end" });
  if (toMs === undefined) return { problem: `“${to}” is not a time.` };
  if (toMs - fromMs < SHORTEST_RANGE_MS)
    return { problem: `The range from “${from}” to “${to}” does not end after it begins.` };
  return { from, to, fromMs, toMs, isLive: isRelative(to) };
}

/** Half as much again on both sides, without reaching into the future. */
export function zoomedOut({ fromMs, toMs }: TimeRange, nowMs: number): RangeText {
  const half = (toMs - fromMs) / 2;
  return endingBy(fromMs - half, toMs + half, Math.max(nowMs, toMs));
}

/** The neighbouring range, half of its length earlier or later, not beyond now. */
export function shiftedByHalf(
  { fromMs, toMs }: TimeRange,
  direction: -1 | 1,
  nowMs: number,
): RangeText {
  const half = ((toMs - fromMs) / 2) * direction;
  return endingBy(fromMs + half, toMs + half, Math.max(nowMs, toMs));
}

/** The same instants whenever it is opened. */
export function absoluteRange({ fromMs, toMs }: TimeRange): RangeText {
  return { from: String(Math.round(fromMs)), to: String(Math.round(toMs)) };
}

function endingBy(fromMs: number, toMs: number, lastMs: number): RangeText {
  const over = Math.max(0, toMs - lastMs);
  const from = Math.max(0, Math.round(fromMs - over));
  return { from: String(from), to: String(Math.round(toMs - over)) };
}
