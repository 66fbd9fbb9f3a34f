/**
 * Wall clocks of time zones, by the runtime's own zone database (Intl). A *local* time is a number like an instant:
 * the UTC milliseconds at which a UTC clock would show what the zone's clock shows, so that calendar arithmetic
 * is that of UTC.
 */

const DAY = 24 * 60 * 60 * 1000;
export const UTC = "UTC";

/** The years 1 to 9999: outside of them dates have other spellings, and no zone has rules. */
const FIRST_KNOWN = -62_135_596_800_000;
const LAST_KNOWN = 253_402_300_799_999;

/** Formatters are slow to make. There are some hundred names once their spelling is canonical. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** The zone's name in its canonical spelling; undefined when there is no such zone. */
export function readZone(text: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** How far the zone's clock is ahead of UTC at an instant, in ms. */
export function zoneOffset(ms: number, zone: string): number {
  if (zone === UTC || !(ms >= FIRST_KNOWN && ms <= LAST_KNOWN)) return 0;
  const read: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(ms)) read[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = read;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

/** What the zone's clock shows at an instant, as a local time. */
export function toLocal(ms: number, zone: string): number {
  return ms + zoneOffset(ms, zone);
}

/**
 * The instant at which the zone's clock shows a local time. Shown twice (clocks went back) it is the first of
 * the two; never shown (clocks went forward) it is as long after the gap's begin as the time is after it.
 */
export function fromLocal(local: number, zone: string): number {
  const before = zoneOffset(local - DAY, zone);
  const after = zoneOffset(local + DAY, zone);
  if (before !== after && zoneOffset(local - before, zone) !== before) {
    const instant = local - after;
    if (zoneOffset(instant, zone) === after) return instant;
  }
  return local - before;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "iso8601",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formatters.set(formatter.resolvedOptions().timeZone, formatter);
  return formatter;
}
