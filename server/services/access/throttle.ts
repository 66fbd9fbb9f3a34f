/** Slows guessing down: so many wrong secrets at once, then one every few seconds. */
export interface Throttle {
  /** Milliseconds to wait before another secret is looked at; 0 when it may be now. */
  readonly waitMs: (nowMs: number) => number;
  readonly countWrong: (nowMs: number) => void;
}

interface ThrottleLimits {
  readonly burst: number;
  readonly everyMs: number;
}

/**
 * A leaky bucket over all callers together: behind a proxy no address of a caller can be trusted, and
 * a guesser has many. Sessions and secrets already proven are not slowed.
 */
export function createThrottle({ burst, everyMs }: ThrottleLimits): Throttle {
  let level = 0;
  let since = 0;
  const leak = (nowMs: number) => {
    level = Math.max(0, level - (nowMs - since) / everyMs);
    since = nowMs;
  };
  return {
    waitMs: (nowMs) => {
      leak(nowMs);
      return level + 1 > burst ? Math.ceil((level + 1 - burst) * everyMs) : 0;
    },
    countWrong: (nowMs) => {
      leak(nowMs);
      level += 1;
    },
  };
}
