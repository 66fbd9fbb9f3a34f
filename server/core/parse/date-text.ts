/** A date as a person or a tool printed it. */
export interface DateText {
  /** ISO 8601 in UTC, to the second: "2022-02-10T15:19:17Z". */
  readonly iso: string;
  /** False if the text names no zone, or one whose offset is not certain: then it was taken as UTC. */
  readonly isZoneKnown: boolean;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * Offsets from UTC in minutes. Only names that mean one zone: CST (Chicago, Shanghai), IST
 * (India, Ireland, Israel) and BST (Britain, Bangladesh) are left out.
 */
const ZONES: ReadonlyMap<string, number> = new Map([
  ...["UTC", "GMT", "Z", "WET", "UCT"].map((name): [string, number] => [name, 0]),
  ...["CET", "WEST", "MET"].map((name): [string, number] => [name, 60]),
  ...["CEST", "EET", "SAST", "MEST"].map((name): [string, number] => [name, 120]),
  ...["EEST", "MSK"].map((name): [string, number] => [name, 180]),
  ...["HKT", "AWST"].map((name): [string, number] => [name, 480]),
  ...["JST", "KST"].map((name): [string, number] => [name, 540]),
  ...[
    ["AEST", 600],
    ["AEDT", 660],
    ["NZST", 720],
    ["NZDT", 780],
  ].map(toPair),
  ...[
    ["EST", -300],
    ["EDT", -240],
    ["CDT", -300],
    ["MST", -420],
    ["MDT", -360],
  ].map(toPair),
  ...[
    ["PST", -480],
    ["PDT", -420],
    ["AKST", -540],
    ["AKDT", -480],
    ["HST", -600],
  ].map(toPair),
]);

function toPair([name, minutes]: (string | number)[]): [string, number] {
  return [String(name), Number(minutes)];
}

const ISO =
  /\b(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?\s*([A-Za-z]{1,6}|[+-]\d\d(?::?\d\d)?)?(?=\W|$)/;
const CLOCK = /\b(\d\d?):(\d\d):(\d\d)(?:[.,]\d{1,9})?(?:\s+([AaPp])\.?[Mm]\b\.?)?/;
const MONTH = /\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\b/i;
const YEAR = /\b([12]\d{3})(?![\d:.])/;
const DAY = /(?<![\d:+-])(\d\d?)(?![\d:])/;
const OFFSET = /(?<=\s)[+-]\d\d(?::?\d\d)?(?=\s|$)/;
const ZONE_NAME = /(?<=\s)[A-Z]{3,5}(?=\s|$)/;
/** A date stands in a short line; more is a log or worse. */
const MAX_LINE = 200;

/**
 * Reads one line: ISO stamps ("2022-02-10 16:19:17+01:00", "Thu 2022-02-10 16:19:17 CET") and the
 * forms of date(1): "Thu Feb 10 16:19:17 UTC 2022", "Thu 10 Feb 2022 04:19:17 PM CET", RFC 2822.
 * Undefined if the line holds no full date with a time.
 */
export function readDateText(line: string): DateText | undefined {
  if (line.length > MAX_LINE) return undefined;
  return readIso(line) ?? readUnixDate(line);
}

function readIso(line: string): DateText | undefined {
  const match = ISO.exec(line);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((word) => Number(word ?? 0));
  return toDateText({ year, month, day, hour, minute, second }, match[7]);
}

function readUnixDate(line: string): DateText | undefined {
  const clock = CLOCK.exec(line);
  const name = MONTH.exec(line)?.[1];
  const year = YEAR.exec(line.replace(OFFSET, " "))?.[1];
  const day = DAY.exec(line.replace(CLOCK, " ").replace(OFFSET, " ").replace(YEAR, " "))?.[1];
  if (!clock || !name || !year || !day) return undefined;

  const [hour = 0, minute = 0, second = 0] = clock.slice(1, 4).map(Number);
  const parts = {
    year: Number(year),
    month: MONTHS.indexOf(name.toLowerCase()) + 1,
    day: Number(day),
  };
  const zone = OFFSET.exec(line)?.[0] ?? ZONE_NAME.exec(line.replace(CLOCK, " "))?.[0];
  return toDateText({ ...parts, hour: to24Hours(hour, clock[4]), minute, second }, zone);
}

function to24Hours(hour: number, half = ""): number {
  if (half.toLowerCase() === "p") return hour === 12 ? 12 : hour + 12;
  return half.toLowerCase() === "a" && hour === 12 ? 0 : hour;
}

interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Undefined for a day or time that does not exist, such as 30 February. */
function toDateText(parts: DateParts, zone: string | undefined): DateText | undefined {
  const { year, month, day, hour, minute, second } = parts;
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59)));
  const isReal = local.getUTCMonth() === month - 1 && local.getUTCDate() === day;
  if (!isReal || hour > 23 || minute > 59 || second > 60) return undefined;

  const offset = zone === undefined ? undefined : readOffset(zone);
  const utc = new Date(local.getTime() - (offset ?? 0) * 60_000);
  return { iso: utc.toISOString().replace(/\.\d+Z$/, "Z"), isZoneKnown: offset !== undefined };
}

/** "+0100", "-03", "+05:30" or a name that means one zone, in minutes. */
function readOffset(zone: string): number | undefined {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (!sign) return ZONES.get(zone.toUpperCase());
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
