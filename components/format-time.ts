const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** ISO instant → "2026-11-22 13:14:57 UTC"; a text that is no instant is returned as it came. */
export function formatInstant(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** ISO instant → "22 Nov 2026, 13:14 UTC", for running text. */
export function formatMoment(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const day = at.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
  return `${day}, ${at.toISOString().slice(11, 16)} UTC`;
}

/** Seconds → the two largest units: "3 d 4 h", "12 min", "8 s". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  if (whole < DAY) return join(whole, HOUR, ["h", "min"]);
  return join(whole, DAY, ["d", "h"]);
}

/** Age of an instant (ISO) seen from `now` (epoch ms): "14 min ago", "in 7 d", "just now". */
export function formatAge(iso: string, now: number): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return "—";
  const seconds = Math.round((now - at) / 1000);
  if (Math.abs(seconds) < 5) return "just now";
  const size = largestUnit(Math.abs(seconds));
  return seconds > 0 ? `${size} ago` : `in ${size}`;
}

function largestUnit(seconds: number): string {
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return `${Math.round(seconds / MINUTE)} min`;
  if (seconds < 2 * DAY) return `${Math.round(seconds / HOUR)} h`;
  return `${Math.round(seconds / DAY)} d`;
}

function join(seconds: number, unit: number, names: readonly [string, string]): string {
  const major = Math.floor(seconds / unit);
  const minorUnit = unit === DAY ? HOUR : MINUTE;
  const minor = Math.floor((seconds % unit) / minorUnit);
  return minor ? `${major} ${names[0]} ${minor} ${names[1]}` : `${major} ${names[0]}`;
}
