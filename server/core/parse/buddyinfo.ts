import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, readCounts, type TextLine, textLines } from "./text-lines";

export interface BuddyZone {
  readonly numaNode: number;
  readonly zone: string;
  readonly line: number;
  /** Free blocks by order, 0 first. */
  readonly freeBlocks: readonly number[];
}

const HEADER = /^Node\s+(\d{1,5}),\s*zone\s+(\w{1,32})\s+/;
// The kernel has 11 orders; arm64 with 64K pages has 14. More is another table.
const MAX_ORDERS = 32;

/**
 * `/proc/buddyinfo`: free blocks of each zone, counted by order (a block of order n is 2^n pages).
 *
 *     Node 0, zone   Normal    165     76    248    217     99     47     32     27     17     15     51
 *
 * Throws ParseError if no zone could be read.
 *
 * Source: mm/vmstat.c (frag_show_print).
 */
export function parseBuddyinfo(text: string): Parsed<readonly BuddyZone[]> {
  const value: BuddyZone[] = [];
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    const zone = readZone(line);
    if (zone) value.push(zone);
    else noteSkipped(skipped, line);
  }
  if (value.length === 0) throw nothingUsable("buddyinfo", text);
  return { value, skipped };
}

function readZone(line: TextLine): BuddyZone | undefined {
  const header = HEADER.exec(line.text);
  if (!header) return undefined;
  const words = line.text.slice(header[0].length).split(/\s+/, MAX_ORDERS + 1);
  const freeBlocks = readCounts(words);
  if (!freeBlocks || freeBlocks.length > MAX_ORDERS) return undefined;
  return { numaNode: Number(header[1]), zone: header[2] ?? "", line: line.number, freeBlocks };
}
