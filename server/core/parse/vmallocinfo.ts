import type { Bytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, readCount, type TextLine, textLines } from "./text-lines";

export interface VmallocArea {
  readonly line: number;
  /** Size of the address range, in bytes (guard page included). */
  readonly size: Bytes;
  /** Caller without offset: "alloc_thread_stack_node". */
  readonly caller: string;
  readonly module?: string;
  /** Pages behind the area; absent for ioremap, vmap and unpurged areas. */
  readonly pages?: number;
  /** Flag words of the line: vmalloc, vmap, ioremap, user, vpages … */
  readonly flags: readonly string[];
  /** Pages by NUMA node ("N0=4"). */
  readonly numaPages: ReadonlyMap<number, number>;
}

// Addresses are real, hashed, all zero, or "(____ptrval____)", as kernel.kptr_restrict has it.
const RANGE = /^(?:(?:0x)?[0-9a-f]{1,16}|\(_+ptrval_+\))-(?:(?:0x)?[0-9a-f]{1,16}|\(_+ptrval_+\))$/;
const SYMBOL = /^([^+\s]+)\+0x[0-9a-f]+\/0x[0-9a-f]+$/;
const MODULE = /^\[([^\s\]]+)\]?$/;
const NUMA = /^N(\d{1,5})=(\d{1,20})$/;
// One line per area, about 30 words with one N…= per NUMA node.
const MAX_LINE = 16_384;

/**
 * `/proc/vmallocinfo`, one entry per area, size in bytes, pages as counts.
 *
 *     0xffffb5-0xffffb6   20480 _do_fork+0x89/0x360 pages=4 vmalloc N0=4
 *     0xffffb7-0xffffb8   12288 vp_map+0x72/0xc0 [virtio_pci] phys=0x00000000febf0000 ioremap
 *     0xffffb9-0xffffba    8192 unpurged vm_area
 *
 * Only `pages` is memory: `size` counts the guard page, and ioremap, vmap and unpurged areas own
 * none. A line whose caller is not a symbol has the words in its place ("unpurged vm_area",
 * "vm_map_ram"), or "" if there are none. Throws ParseError if no area could be read.
 *
 * Source: mm/vmalloc.c (vmalloc_info_show).
 */
export function parseVmallocinfo(text: string): Parsed<readonly VmallocArea[]> {
  const value: VmallocArea[] = [];
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    const area = readArea(line);
    if (area) value.push(area);
    else noteSkipped(skipped, line);
  }
  if (value.length === 0) throw nothingUsable("vmallocinfo", text);
  return { value, skipped };
}

function readArea(line: TextLine): VmallocArea | undefined {
  if (line.text.length > MAX_LINE) return undefined;
  const [range = "", bytes, ...words] = line.text.split(/\s+/);
  const size = readCount(bytes);
  if (size === undefined || !RANGE.test(range)) return undefined;

  const symbol = SYMBOL.exec(words[0] ?? "")?.[1];
  const module = symbol ? MODULE.exec(words[1] ?? "")?.[1] : undefined;
  const pages = readCount(words.find((word) => word.startsWith("pages="))?.slice("pages=".length));
  const flags = words.slice(symbol ? 1 : 0).filter(isFlag);
  return {
    ...{ line: line.number, size, caller: symbol ?? callerWords(words), flags },
    ...(module !== undefined && { module }),
    ...(pages !== undefined && { pages }),
    numaPages: readNumaPages(words),
  };
}

/** Flags are the plain words: not "pages=4", "phys=0x…", "[module]" nor the build id after it. */
function isFlag(word: string): boolean {
  return /^[a-z][a-z_-]*$/.test(word);
}

/** Without a symbol: the raw address of the caller, or the kernel's words for the area. */
function callerWords(words: readonly string[]): string {
  const [first = ""] = words;
  if (first.startsWith("0x")) return first;
  return words.filter((word) => word === "unpurged" || word.startsWith("vm_")).join(" ");
}

function readNumaPages(words: readonly string[]): ReadonlyMap<number, number> {
  const pages = new Map<number, number>();
  for (const word of words) {
    const [, node, count] = NUMA.exec(word) ?? [];
    if (node) pages.set(Number(node), Number(count));
  }
  return pages;
}
