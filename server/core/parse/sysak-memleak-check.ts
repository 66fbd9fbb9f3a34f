import { type Bytes, MIB } from "../units";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";
import type { ToolTotals } from "./tool-totals";

/** What `sysak memleak -c` says of the kernel's memory, without MemTotal to hold it against. */
export interface MemleakCheck {
  readonly totals: ToolTotals;
  /** Its remainder: page tables, stacks and per-CPU memory are in it; bytes. */
  readonly allocPages: Measured;
}

const SIZES =
  /^allocPages?\s?[:：]\s?(\d{1,9})M\s?[,，]?\s?uslab\s?[:：]\s?(\d{1,9})M\s?[,，]?\s?vmalloc\s?[:：]\s?(\d{1,9})M$/i;
const CONCLUSION = /^诊断结论\s?[:：]/;
const MAX_LINE = 300;
const NUMBERS = 3;

/**
 * `sysak memleak -c` (also printed before a trace of -t): SUnreclaim and VmallocUsed in bytes, and the tool's
 * remainder. All are whole MiB, cut. Its conclusion is a sentence in Chinese made of the same numbers and is
 * passed over. Throws ParseError without the line of sizes.
 *
 *     allocPages:339M, uslab:59M vmalloc:300M
 *
 * Source: xiapin/sysak, source/tools/detect/mem/memleak (check.c, memleak.c).
 */
export function parseMemleakCheck(text: string): Parsed<MemleakCheck> {
  const skipped: SkippedLine[] = [];
  let value: MemleakCheck | undefined;
  for (const line of textLines(text)) {
    const sizes = line.text.length > MAX_LINE ? undefined : readSizes(line.text);
    if (sizes) value ??= toCheck(sizes, line.number);
    else if (!CONCLUSION.test(line.text)) noteSkipped(skipped, line);
  }
  if (!value) throw nothingUsable("sysak memleak -c", text);
  return { value, skipped };
}

function readSizes(text: string): readonly Bytes[] | undefined {
  const sizes = SIZES.exec(text)?.slice(1);
  return sizes?.map((mib) => Number(mib) * MIB);
}

function toCheck([pages = 0, slab = 0, vmalloc = 0]: readonly Bytes[], line: number): MemleakCheck {
  const fields = new Map([
    ["SUnreclaim", { value: slab, line }],
    ["VmallocUsed", { value: vmalloc, line }],
  ]);
  const totals = { fields, formulas: new Map<string, string>(), rounding: NUMBERS * MIB };
  return { totals, allocPages: { value: pages, line } };
}
