import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, readCount, type TextLine, textLines } from "./text-lines";

/** Pages of RAM that carry the same flags. */
export interface PageTypeRow {
  /** "uptodate", "lru" …; empty for pages without any. */
  readonly flags: readonly string[];
  /** Page frames, not bytes: the tool does not print the page size. */
  readonly pages: number;
  readonly line: number;
}

const ROW =
  /^0x[0-9a-f]{1,16}\s+(\d{1,15})\s+-?\d{1,12}\s+[A-Za-z_:=]{1,80}(?:\s+([\w,]{1,600}))?$/;
const LONGEST = 800;
/** A machine shows some hundred combinations. */
const MOST_ROWS = 10_000;
const TOTAL = /^total\s+\d{1,15}\s+\d{1,12}$/;
const HEADING = /^flags\s+page-count\s+MB\b/;

/**
 * The summary of `page-types`: page frames by their flags, in pages.
 *
 *                  flags	page-count       MB  symbolic-flags			long-symbolic-flags
 *     0x0000000000000000	   1007923     3937  _________________________________________
 *     0x0000000000000080	     10471       40  _______S_________________________________	slab
 *
 * Pages without a flag are not on any list: kernel pages of nobody, and free ones, whose flag stands on the first page of a
 * free block only. Throws ParseError without a row.
 *
 * Source: tools/mm/page-types.c (before 6.2 tools/vm) show_summary, fs/proc/page.c stable_page_flags.
 */
export function parsePageTypes(text: string): Parsed<readonly PageTypeRow[]> {
  const value: PageTypeRow[] = [];
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    const row = readRow(line);
    if (row && value.length < MOST_ROWS) value.push(row);
    else if (!TOTAL.test(line.text) && !HEADING.test(line.text)) noteSkipped(skipped, line);
  }
  if (value.length === 0) throw nothingUsable("page-types", text);
  return { value, skipped };
}

function readRow({ text, number }: TextLine): PageTypeRow | undefined {
  const [, count, long = ""] = text.length <= LONGEST ? (ROW.exec(text) ?? []) : [];
  const pages = readCount(count);
  if (pages === undefined) return undefined;
  return { flags: long ? long.split(",") : [], pages, line: number };
}
