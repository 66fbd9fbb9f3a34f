import { formatClock, formatDay, instantsOf, wallClock } from "./zone-time";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** 1970 began on a Thursday; weeks are counted from the Monday before. */
const FIRST_MONDAY = -3 * DAY;

const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2].map((n) => n * DAY),
  ...[1, 2, 4, 13, 26, 52].map((n) => n * WEEK),
];

export interface TimeTick {
  readonly ms: number;
  readonly label: string;
}

/**
 * Round times of the zone's own clock between two instants, at most `most` of them. On the night that is an hour
 * longer or shorter they stay on round times: the repeated hour is marked twice, the skipped one not at all.
 */
export function timeTicks(fromMs: number, toMs: number, zone: string, most: number): TimeTick[] {
  const step = stepFor(toMs - fromMs, Math.max(1, most));
  const origin = step >= WEEK ? FIRST_MONDAY : 0;
  // An hour more on both sides, for the clock may be set between the ends.
  const first = Math.floor((wallClock(fromMs, zone) - HOUR - origin) / step) * step + origin;
  const last = wallClock(toMs, zone) + HOUR;
  const ticks: TimeTick[] = [];
  for (let wall = first; wall <= last; wall += step)
    for (const ms of instantsOf(wall, zone))
      if (ms >= fromMs && ms <= toMs) ticks.push({ ms, label: label(ms, wall, step, zone) });
  return ticks.toSorted((a, b) => a.ms - b.ms);
}

function stepFor(span: number, most: number): number {
  const year = 52 * WEEK;
  return STEPS.find((step) => span / step <= most) ?? Math.ceil(span / most / year) * year;
}

function label(ms: number, wall: number, step: number, zone: string): string {
  if (step >= 13 * WEEK) return formatDay(ms, zone, true);
  if (wall % DAY === 0) return formatDay(ms, zone);
  return formatClock(ms, zone, step < MINUTE);
}
