import { type Bytes, pagesToBytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import type { SlabCache } from "./slabinfo";
import { noteSkipped, nothingUsable, readCounts, type TextLine, textLines } from "./text-lines";

const HEADING = /^Cache\s+Num\s+Total\s+Size\s+Pages$/;
const MAX_LINE = 1000;
/** No slab is larger: MAX_PAGE_ORDER pages at once. */
const MAX_SLAB_PAGES = 2 ** 13;

/**
 * `vmstat -m`: name, active objects, all objects, size of an object in bytes, and under "Pages" the
 * objects of one slab. Pages per slab are not printed, so they are worked out: the smallest power of two
 * that holds the objects of a slab (as SLUB picks it, and exact for it); `bytes` is
 * ceil(objects / objects per slab) × that × page size. Throws ParseError without a row.
 *
 *     Cache                       Num  Total   Size  Pages
 *     dentry                   8648361 8650446    192     21
 *
 * Source: procps-ng, vmstat.c (slabformat) and proc/slabinfo.c; mm/slub.c calculate_order.
 */
export function parseVmstatSlab(text: string, pageSize: Bytes): Parsed<readonly SlabCache[]> {
  const value: SlabCache[] = [];
  const skipped: SkippedLine[] = [];
  let isOpen = false;
  for (const line of textLines(text)) {
    const isHeading = HEADING.test(line.text);
    isOpen ||= isHeading;
    const cache = isOpen ? readRow(line, pageSize) : undefined;
    if (cache) value.push(cache);
    // The heading comes again after each screen of rows.
    else if (!isHeading) noteSkipped(skipped, line);
  }
  if (value.length === 0) throw nothingUsable("vmstat -m", text);
  return { value, skipped };
}

function readRow(line: TextLine, pageSize: Bytes): SlabCache | undefined {
  if (line.text.length > MAX_LINE) return undefined;
  const words = line.text.split(/\s+/);
  const counts = words.length > 4 ? readCounts(words.slice(-4)) : undefined;
  if (!counts) return undefined;
  const [activeObjects = 0, objects = 0, objectSize = 0, perSlab = 0] = counts;
  const pagesPerSlab = slabPages(perSlab * objectSize, pageSize);
  if (perSlab === 0 || pagesPerSlab === undefined) return undefined;
  const slabs = Math.ceil(objects / perSlab);
  return {
    ...{ name: words.slice(0, -4).join(" "), line: line.number },
    ...{ activeObjects, objects, objectSize, slabs, pagesPerSlab },
    bytes: pagesToBytes(slabs * pagesPerSlab, pageSize),
  };
}

function slabPages(bytes: Bytes, pageSize: Bytes): number | undefined {
  let pages = 1;
  while (pages * pageSize < bytes && pages < MAX_SLAB_PAGES) pages *= 2;
  return pages * pageSize < bytes ? undefined : pages;
}
