import { type Bytes, pagesToBytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, readCounts, type TextLine, textLines } from "./text-lines";

/** One slab cache. Also what slabtop, `vmstat -m` and crash `kmem -s` are turned into. */
export interface SlabCache {
  readonly name: string;
  readonly line: number;
  readonly activeObjects: number;
  readonly objects: number;
  readonly objectSize: Bytes;
  readonly slabs?: number;
  readonly pagesPerSlab?: number;
  /** Pages of the cache in bytes: num_slabs × pagesperslab × page size; slabtop prints it as CACHE SIZE. */
  readonly bytes: Bytes;
  /** True for SLAB (tunables not all zero), false for SLUB, absent when not printed. */
  readonly isSlabAllocator?: boolean;
}

const VERSION = /^slabinfo - version: (\d)\.\d/;
// Enough for the longest statistics line with a name of words; a longer line is no cache.
const MAX_LINE = 2000;

/**
 * `/proc/slabinfo`, versions 1.x (2.4), 2.0 and 2.1, of SLAB and SLUB, with or without
 * `(statistics)`, and without the "# name" line, which supportconfig strips.
 * pageSize is needed because slabinfo counts pages; sizes come out in bytes.
 *
 *     kmalloc-4k 35123 35128 4096 8 8 : tunables 0 0 0 : slabdata 4391 4391 0
 *
 * A cache's size is num_slabs × pagesperslab × page size, never objects × object size: that
 * leaves out the unused end of each slab. A name may hold spaces, brackets, or the memory
 * cgroup it was cloned for ("dentry(123:xyz)", before 5.9). The same name may come more than
 * once; all are kept. Throws ParseError if there is no cache ("Permission denied").
 *
 * Source: mm/slab_common.c (slabinfo_show), mm/slab.c of 2.4 to 6.7.
 */
export function parseSlabinfo(text: string, pageSize: Bytes): Parsed<readonly SlabCache[]> {
  const value: SlabCache[] = [];
  const skipped: SkippedLine[] = [];
  let read = readCache;

  for (const line of textLines(text)) {
    const version = VERSION.exec(line.text)?.[1];
    if (version === "1") read = readCache1;
    if (version || line.text.startsWith("# name")) continue;
    const cache = read(line, pageSize);
    if (cache) value.push(cache);
    else noteSkipped(skipped, line);
  }
  if (value.length === 0) throw nothingUsable("slabinfo", text);
  return { value, skipped };
}

/** 2.x: name <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables … : slabdata … */
function readCache(line: TextLine, pageSize: Bytes): SlabCache | undefined {
  const words = splitWords(line);
  const tunables = words.indexOf("tunables");
  const slabdata = words.indexOf("slabdata");
  if (tunables < 7 || slabdata < tunables) return undefined;

  const objectColumns = readCounts(words.slice(tunables - 6, tunables - 1));
  const slabColumns = readCounts(words.slice(slabdata + 1, slabdata + 3));
  const limits = readCounts(words.slice(tunables + 1, tunables + 4));
  const [activeObjects = 0, objects = 0, objectSize = 0, , pagesPerSlab = 0] = objectColumns ?? [];
  const [, slabs] = slabColumns ?? [];
  if (!objectColumns || slabs === undefined) return undefined;
  return {
    ...{ name: words.slice(0, tunables - 6).join(" "), line: line.number },
    ...{ activeObjects, objects, objectSize, slabs, pagesPerSlab },
    bytes: pagesToBytes(slabs * pagesPerSlab, pageSize),
    ...(limits && { isSlabAllocator: limits.some((limit) => limit > 0) }),
  };
}

/** 1.x: name active_objs num_objs objsize active_slabs num_slabs pagesperslab [: limit batchcount …] */
function readCache1(line: TextLine, pageSize: Bytes): SlabCache | undefined {
  const words = splitWords(line);
  const colon = words.indexOf(":");
  const end = colon < 0 ? words.length : colon;
  const columns = end < 7 ? undefined : readCounts(words.slice(end - 6, end));
  if (!columns) return undefined;

  const [activeObjects = 0, objects = 0, objectSize = 0, , slabs = 0, pagesPerSlab = 0] = columns;
  return {
    ...{ name: words.slice(0, end - 6).join(" "), line: line.number },
    ...{ activeObjects, objects, objectSize, slabs, pagesPerSlab },
    bytes: pagesToBytes(slabs * pagesPerSlab, pageSize),
    isSlabAllocator: true,
  };
}

function splitWords(line: TextLine): string[] {
  return line.text.length > MAX_LINE ? [] : line.text.split(/\s+/);
}
