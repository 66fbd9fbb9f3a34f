import type { RangeText, TimeRange } from "@/server/core/time/time-range";
import { formatSpan } from "../charts/time/zone-time";

interface RangePreset {
  readonly from: string;
  readonly label: string;
}

/** Ranges that end now. */
export const PRESETS: readonly RangePreset[] = [
  { from: "now-5m", label: "Last 5 minutes" },
  { from: "now-15m", label: "Last 15 minutes" },
  { from: "now-1h", label: "Last hour" },
  { from: "now-3h", label: "Last 3 hours" },
  { from: "now-6h", label: "Last 6 hours" },
  { from: "now-12h", label: "Last 12 hours" },
  { from: "now-24h", label: "Last 24 hours" },
  { from: "now-2d", label: "Last 2 days" },
  { from: "now-7d", label: "Last 7 days" },
  { from: "now-30d", label: "Last 30 days" },
];

const CALENDAR: Readonly<Record<string, string>> = {
  "now/d now": "Today so far",
  "now/d now/d": "Today",
  "now-1d/d now-1d/d": "Yesterday",
  "now/w now": "This week so far",
  "now/w now/w": "This week",
  "now-1w/w now-1w/w": "The week before this",
  "now/M now": "This month so far",
};

/** "Last 6 hours", "Yesterday", "now-1d/d to now"; what does not move with the clock by its two instants. */
export function rangeWords(range: TimeRange, zone: string): string {
  const { from, to, fromMs, toMs } = range;
  const preset = presetOf(range);
  if (preset) return preset.label;
  const known = CALENDAR[`${from} ${to}`] ?? lastWords(range);
  if (known !== undefined) return known;
  const isMoving = from.startsWith("now") || to.startsWith("now");
  return isMoving ? `${from} to ${to}` : formatSpan(fromMs, toMs, zone);
}

const UNIT_WORDS: Readonly<Record<string, string>> = {
  s: "second",
  m: "minute",
  h: "hour",
  d: "day",
  w: "week",
  M: "month",
  y: "year",
};

/** "Last 90 minutes" for a range that ends now and is no preset. */
function lastWords({ from, to }: RangeText): string | undefined {
  const [, amount, unit = ""] = /^now-(\d{1,4})([smhdwMy])$/.exec(from) ?? [];
  if (amount === undefined || to !== "now") return undefined;
  return Number(amount) === 1
    ? `Last ${UNIT_WORDS[unit]}`
    : `Last ${Number(amount)} ${UNIT_WORDS[unit]}s`;
}

export function presetOf({ from, to }: RangeText): RangePreset | undefined {
  return to === "now" ? PRESETS.find((preset) => preset.from === from) : undefined;
}
