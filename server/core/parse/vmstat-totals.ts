import type { Bytes } from "../units";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";
import type { ToolTotals } from "./tool-totals";

const ROW =
  /^(\d{1,18})\s{1,20}([kKmM]?)\s{0,20}((?:total|used|active|inactive|free|buffer|swap) [a-z]{4,6})$/;
const OTHER =
  /^\d{1,20} (?:[a-z-]{1,20} )?(?:user |system |idle |IO-wait |IRQ |softirq |stolen |guest )?(?:cpu ticks|K paged (?:in|out)|pages (?:paged|swapped) (?:in|out)|interrupts|CPU context switches|boot time|forks)$/;
/** -S k, K, m, M; procps prints KiB without it. */
const UNITS: ReadonlyMap<string, Bytes> = new Map([
  ["", 1024],
  ["k", 1000],
  ["K", 1024],
  ["m", 1_000_000],
  ["M", 1024 ** 2],
]);
const FIELDS: ReadonlyMap<string, string> = new Map([
  ["total memory", "MemTotal"],
  ["free memory", "MemFree"],
  ["buffer memory", "Buffers"],
  ["swap cache", "Cached"],
  ["total swap", "SwapTotal"],
  ["free swap", "SwapFree"],
]);
const MAX_LINE = 120;

/**
 * `vmstat -s`, with any -S: sizes in bytes under the names of /proc/meminfo. What it calls "swap cache" is
 * the page cache, since procps 3.3.10 with the reclaimable slab in it. There is no row for process memory,
 * slab or shared memory; active and inactive memory are of no use without one. Counters of events are passed over. Throws ParseError without total and free memory.
 *
 *          24684100 K total memory
 *           6212132 K swap cache
 *
 * Source: procps-ng, vmstat.c (sum_format), proc/sysinfo.c.
 */
export function parseVmstatTotals(text: string): Parsed<ToolTotals> {
  const fields = new Map<string, Measured>();
  const skipped: SkippedLine[] = [];
  let rounding = 0;
  for (const line of textLines(text)) {
    const row = readRow(line);
    if (row) rounding += keep(fields, row, line.number);
    else if (!isEvent(line)) noteSkipped(skipped, line);
  }
  if (!fields.has("MemTotal") || !fields.has("MemFree")) throw nothingUsable("vmstat -s", text);
  const formulas = new Map(fields.has("Cached") ? [["Cached", WITH_SLAB]] : []);
  return { value: { fields, formulas, rounding }, skipped };
}

const WITH_SLAB = "swap cache: page cache and reclaimable slab together";

interface Row {
  readonly value: number;
  readonly unit: Bytes;
  readonly label: string;
}

/** Returns how far the number may be off, in bytes. */
function keep(fields: Map<string, Measured>, { value, unit, label }: Row, line: number): Bytes {
  const field = FIELDS.get(label);
  if (field === undefined || fields.has(field)) return 0;
  fields.set(field, { value: value * unit, line });
  return unit > 4096 ? unit : 0;
}

function isEvent({ text }: TextLine): boolean {
  return text.length <= MAX_LINE && OTHER.test(text);
}

function readRow({ text }: TextLine): Row | undefined {
  const [, digits, suffix = "", label] = (text.length <= MAX_LINE && ROW.exec(text)) || [];
  const unit = UNITS.get(suffix);
  if (label === undefined || unit === undefined) return undefined;
  const value = Number(digits);
  return Number.isSafeInteger(value * unit) ? { value, unit, label } : undefined;
}
