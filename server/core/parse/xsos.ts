import type { Bytes } from "../units";
import { readHumanSize } from "./human-size";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";
import type { ToolTotals } from "./tool-totals";

interface Reading {
  readonly amounts: Map<string, Measured>;
  rounding: Bytes;
}

/** The words behind an amount → what it is. */
const ROWS: readonly (readonly [row: RegExp, name: string])[] = [
  [/^total ram$/, "MemTotal"],
  [/^(?:\([\d.]+%\) )?used$/, "used"],
  [/^(?:\([\d.]+%\) )?used excluding [Bb]uffers\/[Cc]ached?$/, "beyondCache"],
  [/^pre-allocated to HugePages\b/, "Hugetlb"],
  [/^(?:\([\d.]+%\) )?of total ram used for Slab$/, "Slab"],
  [/^(?:\([\d.]+%\) )?of total ram used for PageTables$/, "PageTables"],
  [/^(?:\([\d.]+%\) )?of total ram used for Shmem$/, "Shmem"],
  [/^(?:\([\d.]+%\) )?of total ram used for Percpu$/, "Percpu"],
];
const AMOUNT = /^(\d{1,12}(?:\.\d{1,3})?) ?([KMGT]i?B|[kmgt]) (.{1,120})$/;
// The first versions: "99.8g total [51.1g (51%) used]".
const OLD_TOTAL =
  /^(\d{1,12}(?:\.\d{1,3})?) ?([KMGT]i?B|[kmgt]) total \[(\d{1,12}(?:\.\d{1,3})?) ?([KMGT]i?B|[kmgt]) \([\d.]+%\) used\]$/;
const OTHER =
  /^(?:MEMORY|Stats graphed|RAM:|HugePages:|THP:|Swap:|LowMem|(?:MemUsed|Buffers|Cached|HugePages|Dirty)\s|No ram pre-|ZERO ram pre-|-{3,})|\b(?:dirty|in-use by applications|LowMem in-use|allocated to THP|used of .{1,40} total)$/;
const MAX_LINE = 300;

/**
 * Memory block of xsos (`xsos -m`): totals under the names of /proc/meminfo, in bytes, as far as its two
 * digits go. It prints used and used beyond the cache, so free memory and the cache are differences; there
 * is no row for process memory. Throws ParseError without the total.
 *
 *     31.5 GiB total ram
 *     31.1 GiB (99%) used
 *     24.3 GiB (77%) used excluding Buffers/Cached
 *
 * Source: github.com/ryran/xsos, MEMINFO.
 */
export function parseXsos(text: string): Parsed<ToolTotals> {
  const reading: Reading = { amounts: new Map(), rounding: 0 };
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    const isShort = line.text.length < MAX_LINE;
    const isRow = isShort && (readOldTotal(reading, line) || readRow(reading, line));
    if (!isRow && !(isShort && OTHER.test(line.text))) noteSkipped(skipped, line);
  }
  const total = reading.amounts.get("MemTotal");
  if (!total?.value) throw nothingUsable("xsos", text);
  return { value: toTotals(reading, total), skipped };
}

function readRow(reading: Reading, line: TextLine): boolean {
  const [, number = "", unit = "", rest = ""] = AMOUNT.exec(line.text) ?? [];
  const name = ROWS.find(([row]) => row.test(rest))?.[1];
  if (name === undefined) return false;
  add(reading, { name, number, unit, line: line.number });
  return true;
}

function readOldTotal(reading: Reading, line: TextLine): boolean {
  const [, total, unit = "", used = "", usedUnit = ""] = OLD_TOTAL.exec(line.text) ?? [];
  if (total === undefined) return false;
  add(reading, { name: "MemTotal", number: total, unit, line: line.number });
  add(reading, { name: "used", number: used, unit: usedUnit, line: line.number });
  return true;
}

interface Amount {
  readonly name: string;
  readonly number: string;
  readonly unit: string;
  readonly line: number;
}

function add(reading: Reading, { name, number, unit, line }: Amount): void {
  const value = readHumanSize(`${number}${unit}`);
  if (value === undefined || reading.amounts.has(name)) return;
  reading.amounts.set(name, { value, line });
  const digits = number.split(".")[1]?.length ?? 0;
  reading.rounding += (readHumanSize(`1${unit}`) ?? 0) / 10 ** digits;
}

function toTotals({ amounts, rounding }: Reading, total: Measured): ToolTotals {
  const fields = new Map(amounts);
  const formulas = new Map<string, string>();
  const used = amounts.get("used");
  const beyond = amounts.get("beyondCache");
  fields.delete("used");
  fields.delete("beyondCache");
  if (used) {
    fields.set("MemFree", { value: Math.max(0, total.value - used.value), line: used.line });
    formulas.set("MemFree", "total ram − used");
  }
  if (used && beyond) {
    fields.set("Cached", { value: Math.max(0, used.value - beyond.value), line: beyond.line });
    formulas.set("Cached", "used − used excluding Buffers/Cached: both together");
  }
  const cached = fields.get("Cached")?.value ?? 0;
  if ((fields.get("Shmem")?.value ?? 0) > cached) fields.delete("Shmem");
  return { fields, formulas, rounding };
}
