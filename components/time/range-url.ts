import { parseInstant } from "@/server/core/time/parse-instant";
import {
  DEFAULT_RANGE,
  type RangeContext,
  type RangeText,
  resolveRange,
  type TimeRange,
} from "@/server/core/time/time-range";
import { readZone, UTC } from "@/server/core/time/zone";
import { type QueryParams, readText, type UrlValue } from "../url-state";

/** Parameters that name a range of time: its two ends, or a moment and the width around it. */
const RANGE_KEYS = ["from", "to", "time", "time.window"] as const;

/** The range that the URL asks for; where it asks for none that exists, the default and a notice. */
export function readRange(params: QueryParams, context: RangeContext): UrlValue<TimeRange> {
  const asked = readAsked(params, context);
  const resolved = resolveRange(asked, context);
  if (!("problem" in resolved)) return { value: resolved };
  const { from, to } = DEFAULT_RANGE;
  const fallback = resolveRange(DEFAULT_RANGE, context);
  if ("problem" in fallback) throw new Error(`${from} to ${to} is a range at any time`);
  return { value: fallback, notice: `${resolved.problem} Showing the last 24 hours.` };
}

/** What to write into the URL for a range: the default is left out, and no other spelling of a range stays. */
export function rangeChanges({ from, to }: RangeText): Record<string, string | undefined> {
  const isDefault = from === DEFAULT_RANGE.from && to === DEFAULT_RANGE.to;
  const none = Object.fromEntries(RANGE_KEYS.map((key) => [key, undefined]));
  if (isDefault) return none;
  return { ...none, from, to: to === DEFAULT_RANGE.to ? undefined : to };
}

/**
 * By whose clock times are shown: `tz` of the URL ("UTC", "browser" or a name of the zone database), else that
 * of the reader's browser, else UTC.
 */
export function readZoneChoice(
  params: QueryParams,
  browserZone: string | undefined,
): UrlValue<string> {
  const own = (browserZone === undefined ? undefined : readZone(browserZone)) ?? UTC;
  const text = readText(params, "tz");
  if (text === undefined || text === "browser") return { value: own };
  const zone = readZone(text);
  if (zone !== undefined) return { value: zone };
  return { value: own, notice: `“${text}” is not a time zone; showing times in ${own}.` };
}

function readAsked(params: QueryParams, context: RangeContext): RangeText {
  const from = readText(params, "from");
  const to = readText(params, "to");
  const around = from === undefined && to === undefined ? readAround(params, context) : undefined;
  return around ?? { from: from ?? DEFAULT_RANGE.from, to: to ?? DEFAULT_RANGE.to };
}

const WIDTH = /^(\d{1,12})(ms|s|m|h|d|w)?$/;
const WIDTH_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `time=…&time.window=…`: a moment with half of the width, in ms or as "6h", on each side. */
function readAround(params: QueryParams, context: RangeContext): RangeText | undefined {
  const time = readText(params, "time");
  const width = readText(params, "time.window");
  if (time === undefined || width === undefined) return undefined;
  const middle = parseInstant(time, { ...context, edge: "start" });
  const [, amount, unit = "ms"] = WIDTH.exec(width) ?? [];
  if (middle === undefined) return { from: time, to: time };
  if (amount === undefined) return { from: width, to: width };
  const half = (Number(amount) * (WIDTH_UNITS[unit] ?? 1)) / 2;
  return { from: `${Math.max(0, Math.round(middle - half))}`, to: `${Math.round(middle + half)}` };
}
