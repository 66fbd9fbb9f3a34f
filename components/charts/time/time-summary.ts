import { formatBytes, formatBytesDifference } from "@/server/core/format-bytes";
import type { Bytes } from "@/server/core/units";
import { runsOf } from "./gaps";
import { largestMove, type Move } from "./moves";
import type { Moment } from "./series-stats";
import { formatSpan, formatWithin } from "./zone-time";

interface SummarySeries {
  /** As it stands inside a sentence. */
  readonly name: string;
  readonly moments: readonly Moment[];
  /** What only mirrors the others (free memory) is told of where nothing else moved. */
  readonly isCounterpart?: boolean;
}

interface SummaryInput {
  readonly series: readonly SummarySeries[];
  readonly span: { readonly fromMs: number; readonly toMs: number };
  /** All moments that were measured, and the width of a slot. */
  readonly times: readonly number[];
  readonly stepMs: number;
  readonly zone: string;
  /** Less than this is flat. */
  readonly flatBelow: Bytes;
}

const MOST_NAMED = 2;

/**
 * A picture over time in words: what moved, by how much and when; what stayed; where nothing was measured.
 * "Unaccounted memory rose 2.60 GiB (from 100 MiB to 2.70 GiB) between 14:10 and 16:30; the rest is flat."
 */
export function summarizeOverTime(input: SummaryInput): string {
  const { times, span, zone } = input;
  const at = formatSpan(span.fromMs, span.toMs, zone);
  const first = times[0];
  if (first === undefined) return `Nothing was measured: ${at}.`;
  if (times.length === 1)
    return `One moment was measured, ${formatWithin(first, zone, span.toMs - span.fromMs)}: there is nothing to compare it with.`;
  return `${movesSentence(input)}${gapsSentence(input)}`;
}

function movesSentence({ series, span, zone, flatBelow }: SummaryInput): string {
  const moved = series
    .flatMap((each) => {
      const move = largestMove(each.moments);
      return move && height(move) >= flatBelow ? [{ ...each, move }] : [];
    })
    .toSorted(
      (a, b) => Number(a.move.isSwing) - Number(b.move.isSwing) || height(b.move) - height(a.move),
    );
  const own = moved.filter(({ isCounterpart }) => !isCounterpart);
  const told = (own.length > 0 ? own : moved).slice(0, MOST_NAMED);
  if (told.length === 0) return `Flat: nothing moved by ${formatBytes(flatBelow)} or more.`;
  const spanMs = span.toMs - span.fromMs;
  const words = told.map(({ name, move }) => moveWords(name, move, zone, spanMs));
  const lesser = own.slice(told.length).map(({ name, move }) => `${name} ${difference(move)}`);
  const rest = lesser.length > 0 ? `smaller changes: ${lesser.join(", ")}` : "the rest is flat";
  return `${words.join("; ")}; ${rest}.`;
}

function moveWords(name: string, move: Move, zone: string, spanMs: number): string {
  const { from, to, last, sinceMs, untilMs } = move;
  if (move.isSwing) {
    const [low, high] = [Math.min(from, to), Math.max(from, to)].map(formatBytes);
    return `${name} went up and down between ${low} and ${high}`;
  }
  const [since, until] = [sinceMs, untilMs].map((ms) => formatWithin(ms, zone, spanMs));
  const verb = to > from ? "rose" : "fell";
  const way = `${name} ${verb} ${formatBytes(height(move))} (from ${formatBytes(from)} to ${formatBytes(to)}) between ${since} and ${until}`;
  const isBack = Math.abs(last - to) > 0.2 * height(move);
  return isBack ? `${way} and stands at ${formatBytes(last)} now` : way;
}

function difference({ from, to, isSwing }: Move): string {
  return isSwing ? `±${formatBytes(Math.abs(to - from) / 2)}` : formatBytesDifference(to - from);
}

function height({ from, to }: Move): Bytes {
  return Math.abs(to - from);
}

function gapsSentence({ times, stepMs, span, zone }: SummaryInput): string {
  const runs = runsOf(times, stepMs);
  const gaps = runs.slice(1).map(([first], i) => {
    const last = runs[i]?.[1] ?? 0;
    return { fromMs: times[last] ?? 0, toMs: times[first] ?? 0 };
  });
  const longest = gaps.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0];
  if (!longest) return "";
  const [from, to] = [longest.fromMs, longest.toMs].map((ms) =>
    formatWithin(ms, zone, span.toMs - span.fromMs),
  );
  const words = `nothing was measured between ${from} and ${to}`;
  if (gaps.length === 1) return ` N${words.slice(1)}.`;
  return ` There are ${gaps.length} gaps; in the longest ${words}.`;
}
