import type { Bytes } from "../units";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

/** Buffers that drivers share with each other and with processes, added up by who exported them. */
export interface DmaBufs {
  readonly total: Measured;
  readonly count: number;
  readonly byExporter: readonly {
    readonly exporter: string;
    readonly bytes: Bytes;
    readonly count: number;
    /** Line of its largest buffer. */
    readonly line: number;
  }[];
}

interface Exported {
  bytes: Bytes;
  count: number;
  line: number;
  largest: Bytes;
}

// size, flags, mode, count, exporter, then (newer) inode and name. Sizes are decimal with leading zeros.
const ROW = /^(\d{4,20})\s+[0-9a-fA-F]{8,16}\s+[0-9a-fA-F]{4,16}\s+\d{1,10}\s+(\S{1,64})/;
const TOTAL = /^Total (\d{1,10}) objects, (\d{1,20}) bytes$/;
const AROUND =
  /^(?:Dma-buf Objects:|size\s+flags\s|Attached Devices:|Total \d+ devices attached|(?:write|read|kernel|bookkeep|excl|shared|other)\w* fence)/i;
const MAX_EXPORTERS = 1000;

/**
 * `/sys/kernel/debug/dma_buf/bufinfo`: every dma-buf with its size in bytes; devices and fences below it are
 * passed over. The total line is the kernel's; without it (cut paste) the rows are added up.
 *
 *     size     flags    mode     count    exp_name  ino      name
 *     08294400 00000002 00080007 00000003 drm_mock  00012345 <none>
 *     Total 1 objects, 8294400 bytes
 *
 * Throws ParseError if there is neither row nor total.
 *
 * Source: drivers/dma-buf/dma-buf.c (dma_buf_debug_show).
 */
export function parseDmaBuf(text: string): Parsed<DmaBufs> {
  const exporters = new Map<string, Exported>();
  const skipped: SkippedLine[] = [];
  let total: (Measured & { readonly count: number }) | undefined;
  for (const line of textLines(text)) {
    const [, size, exporter] = ROW.exec(line.text) ?? [];
    const [, count, bytes] = TOTAL.exec(line.text) ?? [];
    if (exporter !== undefined) add(exporters, exporter, Number(size), line.number);
    else if (bytes) total = { value: Number(bytes), count: Number(count), line: line.number };
    else if (!AROUND.test(line.text)) noteSkipped(skipped, line);
  }
  const rows = [...exporters]
    .map(([exporter, { bytes, count, line }]) => ({ exporter, bytes, count, line }))
    .sort((a, b) => b.bytes - a.bytes);
  const [first] = rows;
  const summed = first && {
    value: rows.reduce((sum, row) => sum + row.bytes, 0),
    count: rows.reduce((sum, row) => sum + row.count, 0),
    line: first.line,
  };
  const { count, ...measured } = total ?? summed ?? never(text);
  return { value: { total: measured, count, byExporter: rows }, skipped };
}

function never(text: string): never {
  throw nothingUsable("dma-buf bufinfo", text);
}

function add(exporters: Map<string, Exported>, name: string, size: Bytes, line: number): void {
  const known = exporters.get(name);
  if (!known && exporters.size >= MAX_EXPORTERS) return;
  const one = known ?? { bytes: 0, count: 0, line, largest: 0 };
  one.bytes += size;
  one.count += 1;
  if (size > one.largest) Object.assign(one, { largest: size, line });
  exporters.set(name, one);
}
