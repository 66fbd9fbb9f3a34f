import type { Bytes } from "./units";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const MINUS = "\u2212";
/** A plain space: these texts are searched, piped and pasted; where lines wrap, the style keeps them whole. */
const SPACE = " ";

/** A size as it is shown: the number and its unit apart, so that the unit can be set lighter. */
interface DisplayBytes {
  readonly number: string;
  readonly unit: (typeof UNITS)[number];
}

/** Bytes → IEC number and unit, 3 significant digits; a minus is a real minus. */
export function splitBytes(bytes: Bytes): DisplayBytes {
  const size = Math.abs(bytes);
  let power = 0;
  while (power < UNITS.length - 1 && roundsUpTo1024(size / 1024 ** power)) power++;
  const number = threeDigits(size / 1024 ** power, power === 0);
  return { number: bytes < 0 ? MINUS + number : number, unit: UNITS[power] ?? "B" };
}

/** Bytes → "2.60 GiB". */
export function formatBytes(bytes: Bytes): string {
  const { number, unit } = splitBytes(bytes);
  return `${number}${SPACE}${unit}`;
}

/** A difference in bytes → "+1.20 GiB", "−300 MiB", "0 B". */
export function formatBytesDifference(bytes: Bytes): string {
  return bytes > 0 ? `+${formatBytes(bytes)}` : formatBytes(bytes);
}

/** Bounds in bytes → "2.10–2.60 GiB", one number when they agree, "up to …" when nothing is proven. */
export function formatByteRange(range: { readonly lower: Bytes; readonly upper: Bytes }): string {
  const lower = splitBytes(range.lower);
  const upper = splitBytes(range.upper);
  if (lower.number === upper.number && lower.unit === upper.unit) return formatBytes(range.upper);
  if (range.lower <= 0) return `up to ${formatBytes(range.upper)}`;
  if (lower.unit === upper.unit) return `${lower.number}–${formatBytes(range.upper)}`;
  return `${formatBytes(range.lower)} – ${formatBytes(range.upper)}`;
}

/** Bytes → "2,791,728,742 bytes", with pages when the page size is given: for titles and copying. */
export function formatExactBytes(bytes: Bytes, pageSize?: Bytes): string {
  const exact = `${formatCount(bytes)} bytes`;
  if (!pageSize || bytes % pageSize !== 0) return exact;
  return `${exact} = ${formatCount(bytes / pageSize)} pages of ${formatBytes(pageSize)}`;
}

/** Part of a whole → "24.3 %". The caller says of what. */
export function formatPercent(part: number, whole: number): string {
  if (whole <= 0) return "—";
  const percent = (part / whole) * 100;
  const size = Math.abs(percent);
  if (percent === 0) return `0${SPACE}%`;
  if (size < 0.05) return `<${SPACE}0.1${SPACE}%`;
  return `${percent < 0 ? MINUS : ""}${size.toFixed(1)}${SPACE}%`;
}

/** A count with grouping: 15,033. */
export function formatCount(count: number): string {
  const text = Math.abs(count).toLocaleString("en-US", { maximumFractionDigits: 2 });
  return count < 0 ? MINUS + text : text;
}

function roundsUpTo1024(value: number): boolean {
  return Math.round(value) >= 1024;
}

function threeDigits(value: number, isWholeBytes: boolean): string {
  if (isWholeBytes || value >= 99.95) return value.toFixed(0);
  if (value === 0) return "0";
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
