import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

/** Counter name → value as printed (pages or events, see the kernel). */
export type Vmstat = ReadonlyMap<string, Measured>;

// Twenty digits hold an unsigned long that went below zero, which the kernel prints as 1.8e19.
const COUNTER = /^([a-zA-Z_][\w/.-]{0,63}):?\s+(-?\d{1,20})$/;

/**
 * `/proc/vmstat`, and the vmstat file of a NUMA node: counter to value, in the unit of the counter
 * (`nr_*` are pages, except nr_kernel_stack: KiB since 4.9, stacks before).
 *
 *     nr_free_pages 93626
 *     pgalloc_normal 1204918210
 *
 * The first of two equal names is kept. Throws ParseError if no counter could be read.
 *
 * Source: mm/vmstat.c (vmstat_text, vmstat_show).
 */
export function parseVmstat(text: string): Parsed<Vmstat> {
  const value = new Map<string, Measured>();
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    const [, name, count] = COUNTER.exec(line.text) ?? [];
    if (name && !value.has(name)) value.set(name, { value: Number(count), line: line.number });
    else noteSkipped(skipped, line);
  }
  if (value.size === 0) throw nothingUsable("vmstat", text);
  return { value, skipped };
}
