const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A clock that differs by no more is taken to be right. */
export const TOLERATED_MS = MINUTE;
/** The time a request takes to arrive varies; a clock does not drift so far in a while. */
const JITTER_MS = 5000;

/** Rollups keep 5 minutes for 60 days; a batch may not spread over more days than one insert takes. */
const OLDEST_MS = 90 * DAY;
const NEWEST_MS = 10 * MINUTE;

/**
 * By how much a node's times are moved. `skewMs` is the server's clock less the node's at sending; undefined
 * where the sender did not say it. The offset of before is kept while it fits, so that a sample that is
 * sent again stands where it stood.
 */
export function clockOffset(skewMs: number | undefined, before: number | undefined): number {
  if (skewMs === undefined || Math.abs(skewMs) <= TOLERATED_MS) return 0;
  if (before !== undefined && Math.abs(skewMs - before) <= JITTER_MS) return before;
  return Math.round(skewMs);
}

const DOUBT = "Its clock is";

/** True for a sentence of `clockDoubt`. */
export function isClockDoubt(sentence: string): boolean {
  return sentence.startsWith(DOUBT);
}

/** What the page says of a clock that is off; undefined for one that is right. */
export function clockDoubt(offsetMs: number): string | undefined {
  if (Math.abs(offsetMs) <= TOLERATED_MS) return undefined;
  const direction = offsetMs < 0 ? "ahead of" : "behind";
  return `${DOUBT} ${duration(Math.abs(offsetMs))} ${direction} this server's; its times are set right here.`;
}

/** Why a sample of that time is not kept; undefined for a plausible one. */
export function timeError(atMs: number, nowMs: number): string | undefined {
  const ahead = atMs - nowMs;
  if (ahead > NEWEST_MS)
    return `taken ${instant(atMs)}, ${duration(ahead)} ahead of this server's clock; not kept`;
  if (-ahead > OLDEST_MS) return `taken ${instant(atMs)}, ${duration(-ahead)} ago; not kept`;
  return undefined;
}

function instant(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).concat("Z");
}

/** Two figures are enough to tell a time zone from a leap year: "24 h", "3 days", "74 years". */
function duration(ms: number): string {
  if (ms < 2 * HOUR) return `${Math.round(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} h`;
  return ms < 730 * DAY
    ? `${Math.round(ms / DAY)} days`
    : `${Math.round(ms / (365.25 * DAY))} years`;
}

export interface Stamped {
  readonly bootId: string;
  readonly takenAtMs: number;
  readonly uptimeMs?: number | undefined;
}

/**
 * The times of the pushes of one body of one node by the clock the node has now: uptime does not jump when the clock is set,
 * so a push from before the jump is moved to where the newest push of its boot says it belongs.
 */
export function settleJumps(pushes: readonly Stamped[]): number[] {
  const newest = new Map<string, Stamped>();
  for (const push of pushes) {
    const there = newest.get(push.bootId);
    if ((push.uptimeMs ?? -1) > (there?.uptimeMs ?? -1)) newest.set(push.bootId, push);
  }
  return pushes.map((push) => {
    const reference = newest.get(push.bootId);
    if (push.uptimeMs === undefined || reference?.uptimeMs === undefined) return push.takenAtMs;
    const told = reference.takenAtMs - (reference.uptimeMs - push.uptimeMs);
    return Math.abs(told - push.takenAtMs) > TOLERATED_MS ? told : push.takenAtMs;
  });
}
