import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

/** Name of a kstat → its number: sizes are bytes, the others events. */
export type Arcstats = ReadonlyMap<string, Measured>;

// kstat types 0 to 4 are numbers, 7 is a string.
const ROW = /^([a-z]\w{0,63})\s+[0-4]\s+(\d{1,20})$/;
const HEADING = /^(?:name\s+type\s+data$|\d+\s+\d+\s+0x[0-9a-f]+\s)/;

/**
 * `/proc/spl/kstat/zfs/arcstats`: ZFS's own cache. `size` is all of it; `data_size` and `metadata_size` are
 * the buffers, which lie in pages of their own (ABD), the headers lie in slab.
 *
 *     name                            type data
 *     size                            4    16234123456
 *
 * Throws ParseError if no row is one of a kstat.
 *
 * Source: OpenZFS module/zfs/arc.c (arc_stats), module/os/linux/spl/spl-kstat.c (kstat_seq_show_named).
 */
export function parseArcstats(text: string): Parsed<Arcstats> {
  const value = new Map<string, Measured>();
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    const [, name, count] = ROW.exec(line.text) ?? [];
    if (name && !value.has(name)) value.set(name, { value: Number(count), line: line.number });
    else if (!HEADING.test(line.text)) noteSkipped(skipped, line);
  }
  if (value.size === 0) throw nothingUsable("arcstats", text);
  return { value, skipped };
}
