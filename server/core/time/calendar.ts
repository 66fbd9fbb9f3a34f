import { fromLocal, toLocal, zoneOffset } from "./zone";

/** Units of the time grammar; M is a month, m a minute, and a week begins on Monday (ISO 8601). */
export const TIME_UNITS = ["s", "m", "h", "d", "w", "M", "y"] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

/** Units of a fixed length. The others are as long as the calendar and the zone's clock make them. */
const FIXED: Partial<Readonly<Record<TimeUnit, number>>> = {
  s: SECOND,
  m: 60 * SECOND,
  h: 60 * 60 * SECOND,
};

/**
 * An instant moved by whole units. Days and longer keep the time on the zone's clock, also across a change of
 * the clocks; a day that the month does not have becomes its last.
 */
export function addUnits(ms: number, amount: number, unit: TimeUnit, zone: string): number {
  const fixed = FIXED[unit];
  if (fixed !== undefined) return ms + amount * fixed;
  return fromLocal(addLocal(toLocal(ms, zone), amount, unit), zone);
}

/** First instant of the unit that an instant lies in, by the zone's clock. */
export function startOfUnit(ms: number, unit: TimeUnit, zone: string): number {
  const fixed = FIXED[unit];
  // Not by way of the local time: an hour that the clock shows twice would always be the first.
  if (fixed !== undefined) return ms - modulo(ms + zoneOffset(ms, zone), fixed);
  return fromLocal(startLocal(toLocal(ms, zone), unit), zone);
}

/** Last millisecond of the unit that an instant lies in, by the zone's clock. */
export function endOfUnit(ms: number, unit: TimeUnit, zone: string): number {
  const fixed = FIXED[unit];
  if (fixed !== undefined) return startOfUnit(ms, unit, zone) + fixed - 1;
  return fromLocal(addLocal(startLocal(toLocal(ms, zone), unit), 1, unit), zone) - 1;
}

function addLocal(local: number, amount: number, unit: TimeUnit): number {
  if (unit === "d") return local + amount * DAY;
  if (unit === "w") return local + amount * 7 * DAY;
  const date = new Date(local);
  const months = date.getUTCMonth() + amount * (unit === "y" ? 12 : 1);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), months + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), lastDay);
  return Date.UTC(date.getUTCFullYear(), months, day) + modulo(local, DAY);
}

function startLocal(local: number, unit: TimeUnit): number {
  const day = local - modulo(local, DAY);
  if (unit === "d") return day;
  const date = new Date(day);
  if (unit === "w") return day - modulo(date.getUTCDay() - 1, 7) * DAY;
  return Date.UTC(date.getUTCFullYear(), unit === "y" ? 0 : date.getUTCMonth(), 1);
}

/** Remainder that is never negative. */
function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
