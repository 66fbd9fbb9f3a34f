import type { Bytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import type { SlabCache } from "./slabinfo";
import { noteSkipped, nothingUsable, readCounts, type TextLine, textLines } from "./text-lines";

const SIZE = /^(\d{1,20}(?:\.\d{1,6})?)([KMG]?)$/;
const UNITS: ReadonlyMap<string, Bytes> = new Map([
  ["", 1],
  ["K", 1024],
  ["M", 1024 ** 2],
  ["G", 1024 ** 3],
]);
// The totals on top, the column titles, and the clock line of an interactive screen.
const HEADING = /^(?:(?:Active|Minimum) \/ |OBJS\s+ACTIVE\b)/;
const MAX_LINE = 1000;

/**
 * `slabtop`, whole (-o) or a cut list, with or without the totals on top; sizes come out in bytes.
 *
 *       OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME
 *     392847 392662  99%    0.19K  18707       21     74828K cred_jar
 *
 * `bytes` is CACHE SIZE as printed. `objectSize` is rounded by slabtop to 0.01 KiB (0.19K is 192
 * or 195 bytes): good for naming, not for sums. Pages per slab are not printed, so they are absent.
 * Throws ParseError if there is no row ("fopen /proc/slabinfo: Permission denied").
 *
 * Source: procps-ng, slabtop.c.
 */
export function parseSlabtop(text: string): Parsed<readonly SlabCache[]> {
  const value: SlabCache[] = [];
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    if (HEADING.test(line.text)) continue;
    const cache = readRow(line);
    if (cache) value.push(cache);
    else noteSkipped(skipped, line);
  }
  if (value.length === 0) throw nothingUsable("slabtop", text);
  return { value, skipped };
}

function readRow(line: TextLine): SlabCache | undefined {
  if (line.text.length > MAX_LINE) return undefined;
  const [
    total = "",
    active = "",
    use = "",
    size,
    slabCount = "",
    perSlab = "",
    cacheSize,
    ...name
  ] = line.text.split(/\s+/);
  const counts = readCounts([total, active, slabCount, perSlab]);
  const objectSize = readSize(size);
  const bytes = readSize(cacheSize);
  if (!counts || objectSize === undefined || bytes === undefined) return undefined;
  if (name.length === 0 || !use.endsWith("%")) return undefined;

  const [objects = 0, activeObjects = 0, slabs = 0] = counts;
  return {
    ...{ name: name.join(" "), line: line.number },
    ...{ activeObjects, objects, objectSize, slabs, bytes },
  };
}

function readSize(word = ""): Bytes | undefined {
  const [, size, unit = ""] = SIZE.exec(word) ?? [];
  const bytes = UNITS.get(unit);
  return size === undefined || bytes === undefined ? undefined : Math.round(Number(size) * bytes);
}
