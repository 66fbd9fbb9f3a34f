import { addUnits, endOfUnit, startOfUnit, type TimeUnit } from "./calendar";
import { fromLocal } from "./zone";

export interface InstantContext {
  /** What `now` stands for, ms since 1970. */
  readonly nowMs: number;
  /** Canonical name of the zone by whose clock days begin and times without an offset are read. */
  readonly zone: string;
  /** Which end of a rounded unit is meant: a range begins at the first, and ends at the last millisecond. */
  readonly edge: "start" | "end";
}

/** Last instant of the year 9999: beyond it dates have no usual spelling. */
const LAST = 253_402_300_799_999;

const NUMBER = /^\d{1,15}$/;
const NOW = /^now((?:[+-]\d{1,10}[smhdwMy]|\/[smhdwMy])*)$/;
const STEP = /([+-])(\d+)([smhdwMy])|\/([smhdwMy])/g;
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * An end of a time range as it stands in a URL → ms since 1970, or undefined when it is none or lies outside the
 * years 1970 to 9999. Takes ms since 1970; ISO 8601 dates and times; and the grammar of dashboards: `now`, `now-6h`,
 * `now/d` (the day's begin or end), `now-1d/d+6h`, steps applied from left to right.
 */
export function parseInstant(text: string, context: InstantContext): number | undefined {
  const ms = NUMBER.test(text)
    ? Number(text)
    : text.startsWith("now")
      ? parseRelative(text, context)
      : parseIso(text, context);
  return ms !== undefined && ms >= 0 && ms <= LAST ? ms : undefined;
}

/** Does the text move with the clock? */
export function isRelative(text: string): boolean {
  return text.startsWith("now");
}

function parseRelative(text: string, { nowMs, zone, edge }: InstantContext): number | undefined {
  const steps = NOW.exec(text)?.[1];
  if (steps === undefined) return undefined;
  const round = edge === "start" ? startOfUnit : endOfUnit;
  let ms = nowMs;
  for (const [, sign, amount, unit, rounded] of steps.matchAll(STEP)) {
    if (rounded !== undefined) ms = round(ms, rounded as TimeUnit, zone);
    else ms = addUnits(ms, Number(`${sign}${amount}`), unit as TimeUnit, zone);
    // A step too far must not be led back by the next one.
    if (!(ms >= -LAST && ms <= LAST)) return undefined;
  }
  return ms;
}

function parseIso(text: string, { zone, edge }: InstantContext): number | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = "00", fraction = "0", offset] = match;
  const date = readDay(Number(year), Number(month), Number(day));
  if (date === undefined) return undefined;
  if (hour === undefined || minute === undefined) {
    const start = fromLocal(date, zone);
    return edge === "start" ? start : endOfUnit(start, "d", zone);
  }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  const local = date + seconds * 1000 + Math.floor(Number(`0.${fraction}`) * 1000);
  if (offset === undefined) return fromLocal(local, zone);
  return local - readOffset(offset);
}

/** UTC ms of a day that the calendar has. */
function readDay(year: number, month: number, day: number): number | undefined {
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1970;
  return isReal ? ms : undefined;
}

/** "+05:30" → ms. */
function readOffset(text: string): number {
  if (text === "Z") return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return (text.startsWith("-") ? -1 : 1) * minutes * 60 * 1000;
}
