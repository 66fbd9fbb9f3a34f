import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

/** Name of a file below /sys/kernel/mm/ksm → its number: pages_* are pages, general_profit bytes. */
export type Ksm = ReadonlyMap<string, Measured>;

const LINE = /^(?:\S{0,200}\/)?ksm\/([a-z_]{1,64}):\s*(-?\d{1,20})$/;

/**
 * The files of `/sys/kernel/mm/ksm/` as `grep . …/ksm/*` prints them: same pages of guests merged into one.
 *
 *     /sys/kernel/mm/ksm/pages_sharing:184320
 *
 * pages_sharing pages were saved, pages_shared are held for them. Throws ParseError if no line is one.
 * Source: mm/ksm.c; Documentation/admin-guide/mm/ksm.rst.
 */
export function parseKsm(text: string): Parsed<Ksm> {
  const value = new Map<string, Measured>();
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    const [, name, count] = LINE.exec(line.text) ?? [];
    if (name && !value.has(name)) value.set(name, { value: Number(count), line: line.number });
    else noteSkipped(skipped, line);
  }
  if (value.size === 0) throw nothingUsable("ksm", text);
  return { value, skipped };
}
