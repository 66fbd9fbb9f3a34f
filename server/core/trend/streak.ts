import type { WindowedTrend } from "./windowed-trend";

/** Verdicts in a row that said the same of one series. Times are ms since 1970. */
export interface Streak {
  /** How many times it was a leak, each at least six hours after the one before. */
  readonly leaks: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Verdicts since then that were none. */
  readonly misses: number;
}

/** Hours between two verdicts that count as two. */
export const VERDICT_PAUSE_MS = 6 * 3_600_000;
/** A round may come a little early: a worker that was started again, a clock that was set. */
const TOLERANCE_MS = 600_000;
const NEEDED = 2;
/** As many verdicts to the contrary end what was proven: one bad window is no recovery. */
const FORGIVEN = 2;

export function isProven(streak: Streak | undefined): boolean {
  return streak !== undefined && streak.leaks >= NEEDED;
}

/**
 * What a new verdict of a series makes of its streak. One verdict is a suspicion, the second, six hours later,
 * is a leak. What is proven ends with the second verdict to the contrary; what is not ends with the first.
 */
export function nextStreak(
  before: Streak | undefined,
  verdict: WindowedTrend["trend"]["verdict"],
  nowMs: number,
): Streak | undefined {
  // A clock that was set back makes the time between two verdicts unknown.
  const known = before && before.lastMs <= nowMs + TOLERANCE_MS ? before : undefined;
  if (verdict === "leak") return longer(known, nowMs);
  if (!known || !isProven(known)) return undefined;
  const misses = known.misses + 1;
  return misses >= FORGIVEN ? undefined : { ...known, misses };
}

function longer(before: Streak | undefined, nowMs: number): Streak {
  if (!before) return { leaks: 1, firstMs: nowMs, lastMs: nowMs, misses: 0 };
  if (nowMs - before.lastMs < VERDICT_PAUSE_MS - TOLERANCE_MS) return before;
  return { ...before, leaks: before.leaks + 1, lastMs: nowMs, misses: 0 };
}
