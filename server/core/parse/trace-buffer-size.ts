import { kibToBytes } from "../units";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

const SIZE = /^(\d{1,12})(?: \(expanded: \d{1,15}\))?$/;

/**
 * `buffer_total_size_kb` of tracefs: ring buffers of all CPUs, in bytes. Before the first use only a page per CPU
 * is there, and what it would grow to stands behind it: that part is not memory yet.
 *
 *     14 (expanded: 2816)
 *
 * Throws ParseError when it is no number. Source: kernel/trace/trace.c tracing_total_entries_read.
 */
export function parseTraceBufferSize(text: string): Parsed<Measured> {
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    const kib = line.text.length < 200 ? SIZE.exec(line.text)?.[1] : undefined;
    if (kib) return { value: { value: kibToBytes(Number(kib)), line: line.number }, skipped };
    noteSkipped(skipped, line);
  }
  throw nothingUsable("buffer_total_size_kb", text);
}
