import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, readCount, type TextLine, textLines } from "./text-lines";

interface Zone {
  readonly numaNode: number;
  readonly zone: string;
  /** Line of the "Node 0, zone Normal" header. */
  readonly line: number;
  /** Named page counters of the zone ("nr_free_pages", "managed", "present", "nr_zspages" …), in pages. */
  readonly pages: ReadonlyMap<string, Measured>;
  /** Free pages on the per-CPU lists: one entry per "count:" line, in pages. */
  readonly pcpCounts: readonly Measured[];
  /** Ceiling of the per-CPU lists over all CPUs ("high_max", else "high"), in pages. */
  readonly pcpHighMaxPages?: number;
}

export interface Zoneinfo {
  readonly zones: readonly Zone[];
  /** "per-node stats" block by NUMA node (kernel 4.8+), counter → value. */
  readonly perNode: ReadonlyMap<number, ReadonlyMap<string, Measured>>;
}

interface OpenZone {
  readonly numaNode: number;
  readonly zone: string;
  readonly line: number;
  readonly pages: Map<string, Measured>;
  readonly pcpCounts: Measured[];
  readonly high: number[];
  readonly highMax: number[];
}

interface Reading {
  readonly zones: OpenZone[];
  readonly perNode: Map<number, Map<string, Measured>>;
  /** Where "name value" lines go: the zone, or the node's own block. */
  counters: Map<string, Measured> | undefined;
}

const HEADER = /^Node\s+(\d{1,5}),\s*zone\s+(\w{1,32})$/;
// "scanned  0 (a: 0 i: 0)" on 2.6.
const COUNTER = /^(?:pages\s+)?([a-z]\w{0,63})\s+(-?\d{1,20})(?:\s+\([^()]*\))?$/;
const PAGESET = /^(count|high|high_max):\s*(\d{1,20})$/;
// Layout and settings, not amounts of memory. "low:" and "pcp:" are of 2.6.
const LAYOUT =
  /^(?:pagesets$|(?:cpu|batch|high_min|low|protection|all_unreclaimable|prev_priority|temp_priority|start_pfn|inactive_ratio|node_unreclaimable|node_inactive_ratio):|(?:vm|node) stats threshold:)/;

/**
 * `/proc/zoneinfo`: page counters of every zone, and the free pages that wait on the per-CPU lists
 * ("pcp"), which MemFree leaves out. All values are pages; multiply by the page size of the node.
 *
 *     Node 0, zone   Normal
 *       pages free     93626
 *             managed  4718592
 *       pagesets
 *         cpu: 0
 *                   count:    79860
 *                   high_max: 294912
 *
 * "pages free" is kept as "free", the watermarks as "min", "low", "high". The same "high" with a
 * colon is the limit of one CPU's list. Since 6.7 the lists tune themselves up to "high_max", so
 * that is their ceiling. The "per-node stats" block (4.8+) stands inside the first zone of a node
 * and is kept apart. Throws ParseError if there is no zone header.
 *
 * Source: mm/vmstat.c (zoneinfo_show_print).
 */
export function parseZoneinfo(text: string): Parsed<Zoneinfo> {
  const reading: Reading = { zones: [], perNode: new Map(), counters: undefined };
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    if (!readLine(reading, line)) noteSkipped(skipped, line);
  }
  if (reading.zones.length === 0) throw nothingUsable("zoneinfo", text);
  return { value: { zones: reading.zones.map(closeZone), perNode: reading.perNode }, skipped };
}

function readLine(reading: Reading, line: TextLine): boolean {
  if (openZone(reading, line)) return true;
  const zone = reading.zones.at(-1);
  if (!zone) return false;
  if (line.text === "per-node stats") {
    const counters = reading.perNode.get(zone.numaNode) ?? new Map<string, Measured>();
    reading.perNode.set(zone.numaNode, counters);
    reading.counters = counters;
    return true;
  }
  return readPageset(zone, line) || readCounter(reading, zone, line) || LAYOUT.test(line.text);
}

function openZone(reading: Reading, line: TextLine): boolean {
  const [, node, zone] = HEADER.exec(line.text) ?? [];
  if (!zone) return false;
  const pages = new Map<string, Measured>();
  const opened = { numaNode: Number(node), zone, line: line.number, pages };
  reading.zones.push({ ...opened, pcpCounts: [], high: [], highMax: [] });
  reading.counters = pages;
  return true;
}

function readCounter(reading: Reading, zone: OpenZone, line: TextLine): boolean {
  const [, name, count] = COUNTER.exec(line.text) ?? [];
  if (!name) return false;
  // "pages free" ends the node's block: what follows is the zone's again.
  if (line.text.startsWith("pages")) reading.counters = zone.pages;
  const counters = reading.counters ?? zone.pages;
  if (!counters.has(name)) counters.set(name, { value: Number(count), line: line.number });
  return true;
}

function readPageset(zone: OpenZone, line: TextLine): boolean {
  const [, name, word] = PAGESET.exec(line.text) ?? [];
  const value = readCount(word);
  if (value === undefined) return false;
  if (name === "count") zone.pcpCounts.push({ value, line: line.number });
  else if (name === "high") zone.high.push(value);
  else zone.highMax.push(value);
  return true;
}

function closeZone({ high, highMax, ...zone }: OpenZone): Zone {
  const ceilings = highMax.length > 0 ? highMax : high;
  if (ceilings.length === 0) return zone;
  return { ...zone, pcpHighMaxPages: ceilings.reduce((total, pages) => total + pages, 0) };
}
