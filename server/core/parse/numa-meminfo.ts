import type { Measured, Parsed, SkippedLine } from "./parsed";
import { readSizeFields } from "./size-fields";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

/** /sys/devices/system/node/nodeN/meminfo; also several nodes concatenated. Node → field → bytes. */
export type NumaMeminfo = ReadonlyMap<number, ReadonlyMap<string, Measured>>;

const NODE = /^Node\s+(\d{1,5})\s+(?=\S)/;

/**
 * Meminfo of NUMA nodes: node number to field to bytes; HugePages_* stay counts.
 *
 *     Node 0 MemTotal:        2974936 kB
 *     Node 0 FilePages:        118472 kB
 *
 * FilePages is Cached + Buffers + SwapCached of the node. The first of two equal lines is kept.
 * Throws ParseError if not a single field could be read.
 *
 * Source: drivers/base/node.c (node_read_meminfo).
 */
export function parseNumaMeminfo(text: string): Parsed<NumaMeminfo> {
  const value = new Map<number, Map<string, Measured>>();
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    if (!readLine(value, line)) noteSkipped(skipped, line);
  }
  if (value.size === 0) throw nothingUsable("node meminfo", text);
  return { value, skipped };
}

function readLine(value: Map<number, Map<string, Measured>>, line: TextLine): boolean {
  const prefix = NODE.exec(line.text);
  if (!prefix) return false;
  const numaNode = Number(prefix[1]);
  const known = value.get(numaNode) ?? new Map<string, Measured>();
  const fields = readSizeFields(line.text.slice(prefix[0].length));
  const fresh = fields.filter((field) => !known.has(field.name));
  for (const field of fresh) known.set(field.name, { value: field.value, line: line.number });
  if (fresh.length > 0) value.set(numaNode, known);
  return fresh.length > 0;
}
