const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one costs more than a thousand uses of it. An unknown zone falls back to UTC. */
function formatIn(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: knownZone(zone) });
  formats.set(key, format);
  return format;
}

const zones = new Map<string, string>();

/** The zone itself, or UTC where the browser does not know it. */
export function knownZone(zone: string): string {
  const known = zones.get(zone);
  if (known) return known;
  let found = "UTC";
  try {
    found = new Intl.DateTimeFormat("en-GB", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    // Not a zone: UTC is what is left, and its name stands beside every time.
  }
  zones.set(zone, found);
  return found;
}

const WALL: Intl.DateTimeFormatOptions = {
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
  hourCycle: "h23",
};

/** What the clock on the wall shows, as if it were UTC, in ms: for arithmetic on hours and days of the zone. */
export function wallClock(ms: number, zone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatIn(zone, WALL).formatToParts(ms)) part[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const milliseconds = ((ms % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) + milliseconds;
}

/** The instants at which the wall shows this: none in the hour that is skipped, two in the one that is repeated. */
export function instantsOf(wall: number, zone: string): readonly number[] {
  const DAY = 86_400_000;
  const offsets = [wall - DAY, wall + DAY].map((near) => wallClock(near, zone) - near);
  return [...new Set(offsets.map((offset) => wall - offset))]
    .filter((instant) => wallClock(instant, zone) === wall)
    .toSorted((a, b) => a - b);
}

/** "14:10" or "14:10:30". */
export function formatClock(ms: number, zone: string, hasSeconds: boolean): string {
  const seconds = hasSeconds ? ({ second: "2-digit" } as const) : {};
  return formatIn(zone, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...seconds,
  }).format(ms);
}

/** "25 Nov", with the year where it is asked for. */
export function formatDay(ms: number, zone: string, hasYear = false): string {
  const year = hasYear ? ({ year: "numeric" } as const) : {};
  return formatIn(zone, { day: "numeric", month: "short", ...year }).format(ms);
}

/** "CET", "GMT-5", "UTC": what the zone is called at that moment. */
function zoneName(ms: number, zone: string): string {
  const parts = formatIn(zone, { timeZoneName: "short" }).formatToParts(ms);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? knownZone(zone);
}

/** "25 Nov 2026, 14:10:30 CET". */
export function formatAt(ms: number, zone: string): string {
  return `${formatDay(ms, zone, true)}, ${formatClock(ms, zone, true)} ${zoneName(ms, zone)}`;
}

/** "14:10" within a day, "25 Nov, 14:10" over more than one. */
export function formatWithin(ms: number, zone: string, spanMs: number): string {
  const clock = formatClock(ms, zone, spanMs < 10 * 60_000);
  return spanMs <= 26 * 3_600_000 ? clock : `${formatDay(ms, zone)}, ${clock}`;
}

/** "25 Nov 2026, 10:00 – 16:00 CET"; the day twice where it changes. */
export function formatSpan(fromMs: number, toMs: number, zone: string): string {
  const hasSeconds = toMs - fromMs < 10 * 60_000;
  const [first, last] = [fromMs, toMs].map((ms) => formatDay(ms, zone, true));
  const until = formatClock(toMs, zone, hasSeconds);
  const end = first === last ? until : `${last}, ${until}`;
  return `${first}, ${formatClock(fromMs, zone, hasSeconds)} – ${end} ${zoneName(toMs, zone)}`;
}
