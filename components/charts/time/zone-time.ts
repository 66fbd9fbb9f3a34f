import { readZone, toLocal, UTC, zoneOffset } from "@/server/core/time/zone";

/**
 * Times in words. They are put together here and not by the runtime's locales, whose months and zone names differ
 * from one version to the next: what the server sent must be what the browser draws.
 */
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const zones = new Map<string, string>();

/** The zone itself, or UTC where the runtime does not know it. */
export function knownZone(zone: string): string {
  const known = zones.get(zone) ?? readZone(zone) ?? UTC;
  zones.set(zone, known);
  return known;
}

/** What the clock on the wall shows, as if it were UTC, in ms. */
export function wallClock(ms: number, zone: string): number {
  return toLocal(ms, knownZone(zone));
}

/** The instants at which the wall shows this: none in the hour that is skipped, two in the one that is repeated. */
export function instantsOf(wall: number, zone: string): readonly number[] {
  const offsets = [wall - DAY, wall + DAY].map((near) => zoneOffset(near, knownZone(zone)));
  return [...new Set(offsets.map((offset) => wall - offset))]
    .filter((instant) => wallClock(instant, zone) === wall)
    .toSorted((a, b) => a - b);
}

/** "14:10" or "14:10:30". */
export function formatClock(ms: number, zone: string, hasSeconds: boolean): string {
  return new Date(wallClock(ms, zone)).toISOString().slice(11, hasSeconds ? 19 : 16);
}

/** "25 Nov", with the year where it is asked for. */
export function formatDay(ms: number, zone: string, hasYear = false): string {
  const wall = new Date(wallClock(ms, zone));
  const day = `${wall.getUTCDate()} ${MONTHS[wall.getUTCMonth()]}`;
  return hasYear ? `${day} ${wall.getUTCFullYear()}` : day;
}

/** "UTC", "UTC+1", "UTC+5:45", "UTC−5": how far the zone is ahead at that moment. */
function offsetName(ms: number, zone: string): string {
  const minutes = Math.round(zoneOffset(ms, knownZone(zone)) / MINUTE);
  if (minutes === 0) return "UTC";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const sign = minutes < 0 ? "\u2212" : "+";
  return `UTC${sign}${hours}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}

/** "25 Nov 2026, 14:10:30 UTC+1", to the minute where it is asked for. */
export function formatAt(ms: number, zone: string, hasSeconds = true): string {
  const day = formatDay(ms, zone, true);
  return `${day}, ${formatClock(ms, zone, hasSeconds)} ${offsetName(ms, zone)}`;
}

/** "14:10" within a day, "25 Nov, 14:10" over more than one. */
export function formatWithin(ms: number, zone: string, spanMs: number): string {
  const clock = formatClock(ms, zone, spanMs < 10 * MINUTE);
  return spanMs <= 26 * HOUR ? clock : `${formatDay(ms, zone)}, ${clock}`;
}

/** "25 Nov 2026, 10:00 – 16:00 UTC+1"; the day twice where it changes. */
export function formatSpan(fromMs: number, toMs: number, zone: string): string {
  const hasSeconds = toMs - fromMs < 10 * MINUTE;
  const [first, last] = [fromMs, toMs].map((ms) => formatDay(ms, zone, true));
  const until = formatClock(toMs, zone, hasSeconds);
  const end = first === last ? until : `${last}, ${until}`;
  return `${first}, ${formatClock(fromMs, zone, hasSeconds)} – ${end} ${offsetName(toMs, zone)}`;
}
