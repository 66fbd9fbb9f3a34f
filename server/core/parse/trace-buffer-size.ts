import { kibToBytes } from "../units";
import { type Measured, type Parsed, ParseError } from "./parsed";

/**
 * `buffer_total_size_kb` of tracefs: ring buffers of all CPUs, in bytes. Before the first use only a page per CPU
 * is there, and what it would grow to stands behind it: that part is not memory yet.
 *
 *     14 (expanded: 2816)
 *
 * Throws ParseError when it is no number. Source: kernel/trace/trace.c tracing_total_entries_read.
 */
export function parseTraceBufferSize(text: string): Parsed<Measured> {
  const kib = /^\s{0,20}(\d{1,15})(?: \(expanded: \d{1,15}\))?\s{0,20}$/.exec(text.slice(0, 200));
  if (!kib) throw new ParseError("buffer_total_size_kb: no number in it");
  return { value: { value: kibToBytes(Number(kib[1])), line: 1 }, skipped: [] };
}
