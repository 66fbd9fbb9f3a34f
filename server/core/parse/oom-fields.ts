import { type Bytes, kibToBytes, pagesToBytes } from "../units";
import type { Measured } from "./parsed";

/** Sizes of one line of a memory report, in bytes, by the kernel's name in lower case. */
export type LineSizes = ReadonlyMap<string, Bytes>;

/** The lines of one memory report that add up to node-wide numbers. */
export interface MemoryLines {
  /** Totals in pages, as bytes; the first word on a name stands. */
  readonly totals: Map<string, Measured>;
  readonly nodes: { readonly line: number; readonly sizes: LineSizes }[];
  readonly zones: { readonly line: number; readonly sizes: LineSizes }[];
}

/** Pages of order 0 open the free lists: "Normal: 2137*4kB (UEC) 1173*8kB …". */
const FREE_LISTS = /: \d{1,9}\*(4|8|16|64)kB /;

/** The page size as the free lists of a log's first memory report show it, in bytes; undefined without one. */
export function printedPageSize(log: string): Bytes | undefined {
  const kib = FREE_LISTS.exec(log)?.[1];
  return kib ? kibToBytes(Number(kib)) : undefined;
}

const TOTALS_START =
  /^(?:active_anon|active|active_file|unevictable|slab_reclaimable|mapped|sec_pagetables|kernel_misc_reclaimable|zspages|free|bounce|shmem|isolated_anon):\d/i;
const TOTAL = /(?<!\S)([a-z_]{2,40}):(\d{1,15})(?!\S)/gi;
const NODE = /^Node \d{1,5} active_anon:/;
const ZONE = /^(?:Node \d{1,5} )?(?:DMA|DMA32|Normal|HighMem|Movable|Device) free:/;
// "isolated(anon):0kB", "shmem_thp: 0kB", "reserved_highatomic:0KB". A cut number has no unit.
const SIZE = /([a-z_]{2,40}(?:\((?:anon|file)\))?): ?(\d{1,15})kB/gi;
const MAX_LINE = 4096;

/** The `name:pages` totals of Mem-Info ("active_anon:101 inactive_anon:127 …"); undefined for another line. */
export function readPageTotals(text: string, pageSize: Bytes): LineSizes | undefined {
  if (text.length > MAX_LINE || !TOTALS_START.test(text)) return undefined;
  const found = [...text.matchAll(TOTAL)];
  if (found.length === 0) return undefined;
  return new Map(
    found.map(([, name = "", pages]) => [
      name.toLowerCase(),
      pagesToBytes(Number(pages), pageSize),
    ]),
  );
}

/** The `name:…kB` sizes of a node's or zone's line; undefined for another line. */
export function readNodeOrZone(
  text: string,
): { readonly kind: "nodes" | "zones"; readonly sizes: LineSizes } | undefined {
  if (text.length > MAX_LINE) return undefined;
  const kind = NODE.test(text) ? "nodes" : ZONE.test(text) ? "zones" : undefined;
  if (!kind) return undefined;
  const sizes = [...text.matchAll(SIZE)].map(
    ([, name = "", kib]) => [plainName(name), kibToBytes(Number(kib))] as const,
  );
  return { kind, sizes: new Map(sizes) };
}

const WRAPPED_PAGES = /^([a-z_]{2,40}):(\d{1,15})$/i;
const WRAPPED_SIZE = /^([a-z_]{2,40}(?:\((?:anon|file)\))?):(\d{1,15})kB$/i;
/** Words of a zone line that are no size: "pages_scanned:0 all_unreclaimable? no". */
const WRAPPED_OTHER = /^(?:pages_scanned:\d{1,15}|all_unreclaimable\?|yes|no)$/;

/**
 * The rest of a line of totals (unit "") or of a node or zone ("kB") behind a line break; undefined
 * when any word of the line is something else.
 */
export function readWrappedSizes(
  text: string,
  unit: "kB" | "",
  pageSize: Bytes,
): LineSizes | undefined {
  if (text.length > MAX_LINE || !text.includes(":")) return undefined;
  const pattern = unit === "kB" ? WRAPPED_SIZE : WRAPPED_PAGES;
  const bytesPerUnit = unit === "kB" ? kibToBytes(1) : pageSize;
  const words = text.split(/ +/).filter((word) => !WRAPPED_OTHER.test(word));
  const found = words.flatMap((word) => {
    const [, name = "", count] = pattern.exec(word) ?? [];
    return count ? [[plainName(name), Number(count) * bytesPerUnit] as const] : [];
  });
  return found.length > 0 && found.length === words.length ? new Map(found) : undefined;
}

const RESERVE = /^lowmem_reserve\[\]:((?: \d{1,15})+)$/;

/** Pages that a zone keeps from requests for higher ones, by zone upwards; undefined for another line. */
export function readLowmemReserve(text: string): readonly number[] | undefined {
  const pages = text.length > MAX_LINE ? undefined : RESERVE.exec(text)?.[1];
  return pages?.trim().split(" ").map(Number);
}

// "isolated(anon)" of node and zone lines is isolated_anon in the totals.
function plainName(name: string): string {
  return name.toLowerCase().replace("(", "_").replace(")", "");
}

/**
 * Node-wide sizes by name: from the totals, else the sum over node lines, else over zone lines.
 * A name that one of these lines lacks is left out: loggers cut long lines, and half a sum misleads.
 */
export function mergeMemoryLines({ totals, nodes, zones }: MemoryLines): Map<string, Measured> {
  const merged = new Map(totals);
  for (const lines of [nodes, zones]) {
    const [first] = lines;
    for (const name of first?.sizes.keys() ?? []) {
      const complete = lines.every(({ sizes }) => sizes.has(name));
      if (!complete || merged.has(name)) continue;
      const value = lines.reduce((sum, { sizes }) => sum + (sizes.get(name) ?? 0), 0);
      merged.set(name, { value, line: first?.line ?? 0 });
    }
  }
  return merged;
}

/** Default of vm.lowmem_reserve_ratio for the zones below Normal. */
const RESERVE_RATIO = 256;

/**
 * Managed memory by the reserve of the lowest zone, in bytes: the reserve is the managed pages of all
 * higher zones ÷ 256. For an excerpt with its first zone only; undefined for a report of several NUMA
 * nodes (a reserve counts one node) and when more is in use. Kernels set the reserve before init gives
 * its own pages back: 0.3 % too low seen. Source: mm/page_alloc.c setup_per_zone_lowmem_reserve.
 */
export function estimateManaged(
  lines: MemoryLines & { readonly lowestReserve?: readonly number[] },
  pageSize: Bytes,
): Measured | undefined {
  const [zone] = lines.zones;
  const managed = zone?.sizes.get("managed");
  if (!zone || managed === undefined || !lines.lowestReserve || lines.nodes.length > 1) return;
  const higher = Math.max(...lines.lowestReserve) * RESERVE_RATIO;
  const value = managed + pagesToBytes(higher, pageSize);
  return value >= bytesInUse(lines.totals) ? { value, line: zone.line } : undefined;
}

const IN_USE = [
  "active_anon",
  "inactive_anon",
  "active_file",
  "inactive_file",
  "unevictable",
  "free",
];

interface ManagedInput {
  readonly ram?: Measured;
  readonly reserved?: Measured;
  readonly totals: ReadonlyMap<string, Measured>;
}

/** RAM less reserved, else the zones' managed: (before 3.9 present:); undefined when a cut report shows only some zones. */
export function managedMemory({ ram, reserved, totals }: ManagedInput): Measured | undefined {
  if (ram && reserved) return { value: ram.value - reserved.value, line: ram.line };
  const sum = totals.get("managed") ?? totals.get("present");
  // One small zone of several holds less than what is in use.
  return sum && sum.value >= bytesInUse(totals) ? sum : undefined;
}

function bytesInUse(totals: ReadonlyMap<string, Measured>): Bytes {
  return IN_USE.reduce((bytes, name) => bytes + (totals.get(name)?.value ?? 0), 0);
}

/** What stands behind rss in a task row: numbers by the header's column, and the name. */
interface TaskCells {
  readonly numbers: ReadonlyMap<string, number>;
  readonly name: string;
}

/**
 * The name at the end of a task row may begin with a digit or hold spaces, so the number of columns in
 * the header decides where it begins; without a header at least three numbers stand before it.
 */
export function taskCells(rest: string, columns?: readonly string[]): TaskCells | undefined {
  const numbers = new Map<string, number>();
  const most = columns?.length ?? Number.POSITIVE_INFINITY;
  let name = rest;
  for (let column = 0; column < most; column += 1) {
    const cell = /^-?\d{1,20} +/.exec(name)?.[0];
    if (!cell) return columns || column < 3 ? undefined : { numbers, name };
    if (columns) numbers.set(columns[column] ?? "", Number(cell));
    name = name.slice(cell.length);
  }
  return { numbers, name };
}
