import { type Bytes, KIB } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

/** One swap device. Sizes in bytes. */
export interface SwapDevice {
  readonly line: number;
  readonly name: string;
  /** "partition" or "file". */
  readonly type: string;
  readonly size: Bytes;
  readonly used: Bytes;
}

const ROW =
  /^(\S{1,4096})\s+(partition|file)\s+(\d{1,20}(?:\.\d{1,3})?[KMGT]?)\s+(\d{1,20}(?:\.\d{1,3})?[KMGT]?B?)\s+-?\d{1,6}(?:\s|$)/;
const HEADING = /^(?:Filename|NAME)\s+(?:Type|TYPE)\s+(?:Size|SIZE)\s+(?:Used|USED)\b/;
const SUFFIXES = "KMGT";

/**
 * `/proc/swaps` (KiB), `swapon --summary`, or `swapon --show` with `--bytes` or rounded sizes.
 *
 *     Filename        Type       Size     Used   Priority
 *     /dev/dm-1       partition  8388604  12288  -2
 *
 * The heading alone is a node without swap: an empty list. Throws ParseError if there is neither.
 *
 * Source: mm/swapfile.c (swap_show); util-linux sys-utils/swapon.c.
 */
export function parseSwaps(text: string): Parsed<readonly SwapDevice[]> {
  const value: SwapDevice[] = [];
  const skipped: SkippedLine[] = [];
  let unit: Bytes | undefined;
  for (const line of textLines(text)) {
    if (HEADING.test(line.text)) {
      // The kernel's table is in KiB; swapon's own has capitals and bytes.
      unit = line.text.startsWith("NAME") ? 1 : KIB;
      continue;
    }
    const row = readRow(line, unit ?? KIB);
    if (row) value.push(row);
    else noteSkipped(skipped, line);
  }
  if (value.length === 0 && unit === undefined) throw nothingUsable("swaps", text);
  return { value, skipped };
}

function readRow(line: TextLine, unit: Bytes): SwapDevice | undefined {
  const [, name, type, size, used] = ROW.exec(line.text) ?? [];
  if (name === undefined || type === undefined) return undefined;
  return { line: line.number, name, type, size: readSize(size, unit), used: readSize(used, unit) };
}

function readSize(word = "0", unit: Bytes = 1): Bytes {
  const at = SUFFIXES.indexOf(word.replace(/B$/, "").slice(-1));
  const number = Number.parseFloat(word);
  return Math.round(at < 0 || /\d$/.test(word) ? number * unit : number * 1024 ** (at + 1));
}
