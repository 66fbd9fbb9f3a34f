import type { Parsed, SkippedLine } from "./parsed";
import type { SlabCache } from "./slabinfo";
import { noteSkipped, nothingUsable, readCounts, type TextLine, textLines } from "./text-lines";

const ADDRESS = /^[0-9a-f]{8,16}$/;
const SSIZE = /^(\d{1,6})k$/;
const OLD_HEADING = /^CACHE\s+NAME\s+OBJSIZE\b/;
const NEW_HEADING = /^CACHE\s+OBJSIZE\s/;
/** `kmem -S` prints the slabs of a cache and their objects below its row. */
const DETAIL =
  /^(?:SLAB\s+MEMORY|CPU \d|KMEM_CACHE_NODE|NODE \d|FREE \/ \[ALLOCATED\]|\[?[0-9a-f]{8,16}\b|[\w ]+:$|\.{2,}$)/;
const MAX_LINE = 500;

/**
 * `kmem -s` and the cache rows of `kmem -S` of the crash utility, in either order of columns; sizes in
 * bytes. A cache's size is SLABS × SSIZE. Throws ParseError without a row.
 *
 *     CACHE            NAME      OBJSIZE  ALLOCATED     TOTAL     SLABS  SSIZE
 *     ffff881027cb0100 dentry        192  280672224 280726440  14036322     4k
 *
 *     CACHE             OBJSIZE  ALLOCATED     TOTAL  SLABS  SSIZE  NAME
 *     ffff9ff8c0034400      192       8121      8358    398     4k  dentry
 *
 * Source: github.com/crash-utility/crash, memory.c dump_kmem_cache_info (NAME is last since 7.2.4).
 */
export function parseCrashSlab(text: string): Parsed<readonly SlabCache[]> {
  const value: SlabCache[] = [];
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    if (OLD_HEADING.test(line.text) || NEW_HEADING.test(line.text)) continue;
    const cache = readRow(line);
    if (cache) value.push(cache);
    else if (!DETAIL.test(line.text.slice(0, MAX_LINE))) noteSkipped(skipped, line);
  }
  if (value.length === 0) throw nothingUsable("crash kmem -s", text);
  return { value, skipped };
}

/** The size with its k tells the order: last, or followed by the name. */
function readRow(line: TextLine): SlabCache | undefined {
  if (line.text.length > MAX_LINE) return undefined;
  const words = line.text.split(/\s+/);
  if (!ADDRESS.test(words[0] ?? "")) return undefined;
  const isNameLast = readCounts(words.slice(1, 5)) !== undefined && SSIZE.test(words[5] ?? "");
  return isNameLast
    ? toCache(line, words.slice(1, 6), words.slice(6))
    : toCache(line, words.slice(-5), words.slice(1, -5));
}

function toCache(
  line: TextLine,
  columns: readonly string[],
  name: readonly string[],
): SlabCache | undefined {
  const kib = SSIZE.exec(columns[4] ?? "")?.[1];
  const [objectSize = 0, activeObjects = 0, objects = 0, slabs = 0] =
    readCounts(columns.slice(0, 4)) ?? [];
  if (kib === undefined || name.length === 0 || readCounts(columns.slice(0, 4)) === undefined) {
    return undefined;
  }
  return {
    ...{ name: name.join(" "), line: line.number, activeObjects, objects, objectSize, slabs },
    bytes: slabs * Number(kib) * 1024,
  };
}
