import type { Bytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, readCount, type TextLine, textLines } from "./text-lines";

/** One cache of the SPL, the layer that ZFS takes its kernel objects from. */
export interface SplCache {
  readonly name: string;
  readonly line: number;
  /** Backing memory in bytes; absent for a cache that is one of the kernel's (it is in slabinfo). */
  readonly bytes?: Bytes;
  /** Bytes of the objects in use. */
  readonly used: Bytes;
}

const NAME = /^[A-Za-z][\w:.-]{0,63}$/;
const FLAGS = /^0x[0-9a-f]{1,16}$/;
const HEADING = /^-{3,}\s*cache\s*-{3,}|^name\s+flags\s+size\s/;
const FEWEST_COLUMNS = 6;

/**
 * `/proc/spl/kmem/slab`: name, flags, size, alloc, slabsize, objsize, then counts of slabs and objects.
 * size and alloc are bytes. Caches with a size are backed by vmalloc, those with "-" by the kernel's slab.
 *
 *     zio_data_buf_131072   0x00042  84934656  84541440  1064960  131072  80  80  80 …
 *     abd_t                 0x00100         -   2392000        -     104   -   -   - …
 *
 * Throws ParseError if no row is one of this table.
 *
 * Source: OpenZFS module/os/linux/spl/spl-proc.c (slab_seq_show).
 */
export function parseSplSlab(text: string): Parsed<readonly SplCache[]> {
  const value: SplCache[] = [];
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    const row = readRow(line);
    if (row) value.push(row);
    else if (!HEADING.test(line.text)) noteSkipped(skipped, line);
  }
  if (value.length === 0) throw nothingUsable("spl slab", text);
  return { value, skipped };
}

function readRow(line: TextLine): SplCache | undefined {
  const words = line.text.split(/\s+/, 20);
  const [name = "", flags = "", size, alloc] = words;
  const used = readCount(alloc);
  if (words.length < FEWEST_COLUMNS || !NAME.test(name) || !FLAGS.test(flags)) return undefined;
  const bytes = readCount(size);
  if (used === undefined || (bytes === undefined && size !== "-")) return undefined;
  return { name, line: line.number, used, ...(bytes !== undefined && { bytes }) };
}
