import type { Bytes } from "@/server/core/units";
import type { Moment } from "./series-stats";

/** The longest way a series went in one direction: from its foot to its top or from its top to its foot. */
export interface Move {
  readonly from: Bytes;
  readonly to: Bytes;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Where it stands at the end of the window. */
  readonly last: Bytes;
  /** It went up and down between these two over and over: no single move tells that. */
  readonly isSwing: boolean;
}

/** How near the ends of a move it counts as begun and as over. */
const EDGE = 0.05;

/** The largest rise or fall between two moments in their order; undefined where there are fewer than two. */
export function largestMove(moments: readonly Moment[]): Move | undefined {
  const last = moments.at(-1);
  if (moments.length < 2 || !last) return undefined;
  const rise = furthest(moments, 1);
  const fall = furthest(moments, -1);
  const [first, end] =
    rise.height >= fall.height ? [rise.first, rise.last] : [fall.first, fall.last];
  const move = trimmed(moments.slice(first, end + 1), last.bytes);
  return move && { ...move, isSwing: turns(moments, move) >= LEAST_TURNS };
}

/** Up, down, up: fewer turns are a rise that came back. */
const LEAST_TURNS = 3;

/** How often a series goes from the lowest quarter of the move to its highest or back. */
function turns(moments: readonly Moment[], { from, to }: Pick<Move, "from" | "to">): number {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const quarter = (high - low) / 4;
  if (quarter === 0) return 0;
  let side = 0;
  let count = 0;
  for (const { bytes } of moments) {
    const now = bytes <= low + quarter ? -1 : bytes >= high - quarter ? 1 : 0;
    if (now === 0 || now === side) continue;
    if (side !== 0) count++;
    side = now;
  }
  return count;
}

interface Way {
  readonly first: number;
  readonly last: number;
  readonly height: Bytes;
}

/** One pass: at every moment the lowest (or highest) value before it is where the way to it begins. */
function furthest(moments: readonly Moment[], sign: 1 | -1): Way {
  let start = 0;
  let best: Way = { first: 0, last: 0, height: 0 };
  moments.forEach(({ bytes }, i) => {
    const base = moments[start]?.bytes ?? 0;
    if (sign * (bytes - base) < 0) start = i;
    const height = sign * (bytes - (moments[start]?.bytes ?? 0));
    if (height > best.height) best = { first: start, last: i, height };
  });
  return best;
}

/** Flat stretches at both ends are no part of the move. */
function trimmed(way: readonly Moment[], last: Bytes): Omit<Move, "isSwing"> | undefined {
  const first = way[0];
  const end = way.at(-1);
  if (!first || !end) return undefined;
  const slack = Math.abs(end.bytes - first.bytes) * EDGE;
  const begins = way.findLast(({ bytes }) => Math.abs(bytes - first.bytes) <= slack) ?? first;
  const isOver = ({ atMs, bytes }: Moment) =>
    atMs > begins.atMs && Math.abs(bytes - end.bytes) <= slack;
  const ends = way.find(isOver) ?? end;
  return {
    from: first.bytes,
    to: end.bytes,
    sinceMs: begins.atMs,
    untilMs: ends.atMs,
    last,
  };
}
