import type { AllocationSite } from "./allocation-site";
import { readHumanSize } from "./human-size";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, readCount, type TextLine, textLines } from "./text-lines";

// "#     <size>  <calls> <tag info>"; some trees leave the "#" out.
const HEADING = /^(?:allocinfo - version|#?\s*<size>\s+<calls>)/;
const ROW =
  /^(\S{1,32})\s+(\d{1,20})\s+(\S{1,200}):(\d{1,7})\s+(?:\[(\S{1,64})\]\s+)?func:(\S{1,128})(?:\s+(?:accurate:\w+|ctag:\S+))*$/;

/**
 * `/proc/allocinfo` (6.10+, memory allocation profiling): per call site the bytes and calls that are alive, in bytes.
 * Versions 1.0 and 2.0 (`accurate:no` behind a row), with or without headings, and copies that went through
 * `sort` or `numfmt --to=iec`. Sites that hold nothing are left out; profiling that was never on gives no site at all.
 *
 * Sites of slab objects and sites of pages stand side by side: the bytes of an object are in a page of
 * mm/slub.c as well, so the rows must not be added up. Throws ParseError without a row.
 *
 * Source: lib/alloc_tag.c, Documentation/mm/allocation-profiling.rst.
 */
export function parseAllocinfo(text: string): Parsed<readonly AllocationSite[]> {
  const value: AllocationSite[] = [];
  const skipped: SkippedLine[] = [];
  let rows = 0;
  for (const line of textLines(text)) {
    if (HEADING.test(line.text)) continue;
    const site = readRow(line);
    if (!site) noteSkipped(skipped, line);
    else rows += 1;
    if (site && site.bytes > 0) value.push(site);
  }
  if (rows === 0) throw nothingUsable("allocinfo", text);
  return { value, skipped };
}

function readRow(line: TextLine): AllocationSite | undefined {
  if (line.text.length > 800) return undefined;
  const [, size = "", callCount, file = "", sourceLine, module, func = ""] =
    ROW.exec(line.text) ?? [];
  const bytes = readHumanSize(size);
  const calls = readCount(callCount);
  if (bytes === undefined || calls === undefined) return undefined;
  const frame = { func, file, sourceLine: Number(sourceLine), ...(module ? { module } : {}) };
  return { frames: [frame], bytes, calls, line: line.number };
}
