import type { Measured, Parsed, SkippedLine } from "./parsed";
import { readSizeFields } from "./size-fields";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

/** Field as the kernel spells it → bytes (fields without a unit stay counts). Absent is absent, never zero. */
export type Meminfo = ReadonlyMap<string, Measured>;

/**
 * `/proc/meminfo`, whole or a paste of some of its lines.
 *
 *     MemTotal:       24689592 kB
 *     HugePages_Total:       0
 *
 * The kernel prints KiB and calls it kB; the values here are bytes. A field that stands twice
 * (two captures in one paste) keeps its first value and the second line is reported as skipped.
 * The three-line table that kernels before 2.6 print on top is reported as skipped too.
 * Throws ParseError only if not a single field could be read.
 *
 * Source: fs/proc/meminfo.c; Documentation/filesystems/proc.rst.
 */
export function parseMeminfo(text: string): Parsed<Meminfo> {
  const value = new Map<string, Measured>();
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    const fields = readSizeFields(line.text);
    const fresh = fields.filter((field) => !value.has(field.name));
    for (const field of fresh) value.set(field.name, { value: field.value, line: line.number });
    if (fresh.length === 0) noteSkipped(skipped, line);
  }
  if (value.size === 0) throw nothingUsable("meminfo", text);
  return { value, skipped };
}
