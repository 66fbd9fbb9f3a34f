import { type Bytes, KIB } from "../units";
import type { AllocationSite } from "./allocation-site";
import type { Parsed, SkippedLine } from "./parsed";
import { SiteSums } from "./site-sums";
import { plainSymbol } from "./stack-frame";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

const HEADING = /^(Total|Live) alloc \(KB\)\s*\|\s*Hits\s*\|\s*Order\s*\|.{0,200}\|\s*Callsite$/;
const ROW =
  /^([\d,]{1,20})\s*\|\s*([\d,]{1,20})\s*\|\s*(\d{1,2})\s*\|[^|]{1,40}\|[^|]{1,200}\|\s*(\S{1,160})$/;
const RULE = /^[-=]{5,}$|^\.\.\.(?:\s*\|\s*\.\.\.)+/;

/**
 * The table of `perf kmem stat --page --caller`: call sites of pages, in bytes. With `--live` they are what was not freed
 * until the end of the trace ("Live alloc"), otherwise all that was allocated ("Total alloc"): then `bytes` is 0, since
 * what was freed of it is not told apart. Throws ParseError without a row.
 *
 *      Live alloc (KB) |  Hits     | Order | Mig.type | GFP flags | Callsite
 *                50,144 |    12,536 |     0 |  MOVABLE |  0102005a | __page_cache_alloc
 *
 * Source: tools/perf/builtin-kmem.c __print_page_caller_result.
 */
export function parsePerfKmemStat(text: string): Parsed<readonly AllocationSite[]> {
  const sums = new SiteSums();
  const skipped: SkippedLine[] = [];
  let isLive: boolean | undefined;
  for (const line of textLines(text)) {
    const heading = HEADING.exec(line.text.slice(0, 400))?.[1];
    if (heading) isLive = heading === "Live";
    const site = isLive === undefined ? undefined : readRow(line, isLive);
    if (site) sums.add(site);
    else if (!heading && !RULE.test(line.text)) noteSkipped(skipped, line);
  }
  const value = sums.sites();
  if (value.length === 0) throw nothingUsable("perf kmem stat", text);
  return { value, skipped };
}

function readRow(line: TextLine, isLive: boolean): AllocationSite | undefined {
  const [, kib, hits, order, func] = line.text.length <= 600 ? (ROW.exec(line.text) ?? []) : [];
  if (kib === undefined || func === undefined) return undefined;
  const seen = { bytes: numberOf(kib) * KIB, calls: numberOf(hits) };
  return {
    frames: [{ func: plainSymbol(func) }],
    ...(isLive ? seen : { bytes: 0, calls: 0, allocated: seen }),
    order: Math.min(Number(order), 20),
    line: line.number,
  };
}

/** Thousands are grouped by commas. */
function numberOf(grouped = ""): Bytes {
  return Number(grouped.replaceAll(",", ""));
}
