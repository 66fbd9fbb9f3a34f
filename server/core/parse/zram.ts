import type { Bytes } from "../units";
import { readHumanSize } from "./human-size";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, readCounts, textLines } from "./text-lines";

/** What one zram device holds. Sizes in bytes. */
export interface ZramDevice {
  /** "zram0"; absent where neither the path nor the line tells. */
  readonly device?: string;
  readonly line: number;
  /** Size of the pages before compression. */
  readonly original: Bytes;
  readonly compressed: Bytes;
  /** Memory taken, with the allocator's overhead. */
  readonly used: Bytes;
  /** 0 is no limit; zramctl does not print it. */
  readonly limit?: Bytes;
}

const DEVICE = /\b(zram\d{1,5})\b/;
const PATH = /^\S{0,200}\/mm_stat:?\s*/;
const MM_STAT_COLUMNS = { fewest: 5, most: 9 } as const;
const ZRAMCTL =
  /^\/dev\/(zram\d{1,5})\s+[\w-]{1,32}\s+\S{1,24}\s+(\S{1,24})\s+(\S{1,24})\s+(\S{1,24})\s+\d/;
const SIZE = /^\d{1,20}(?:\.\d{1,6})?[BKMGTP]?$/;
const HEADING = /^NAME\s+ALGORITHM\s+DISKSIZE\s/;

/**
 * `/sys/block/zram*\/mm_stat`, one line per device, with its path before it or above it, or `zramctl`.
 *
 *     /sys/block/zram0/mm_stat: 1073741824 268435456 280494080 0 281018368 12 0 3 3
 *     /dev/zram0 lzo-rle  4G  1G 256M 267.5M  2 [SWAP]
 *
 * mm_stat is bytes; sizes of zramctl are rounded by it. Throws ParseError without a line of either.
 *
 * Source: drivers/block/zram/zram_drv.c (mm_stat_show); util-linux sys-utils/zramctl.c.
 */
export function parseZram(text: string): Parsed<readonly ZramDevice[]> {
  const value: ZramDevice[] = [];
  const skipped: SkippedLine[] = [];
  let above: string | undefined;
  for (const line of textLines(text)) {
    const named = DEVICE.exec(line.text.slice(0, 300))?.[1];
    const row = readMmStat(line.text, named ?? above) ?? readZramctl(line.text);
    if (row) value.push({ ...row, line: line.number });
    else if (!named && !HEADING.test(line.text)) noteSkipped(skipped, line);
    above = named ?? above;
  }
  if (value.length === 0) throw nothingUsable("zram", text);
  return { value, skipped };
}

type Row = Omit<ZramDevice, "line">;

function readMmStat(text: string, device: string | undefined): Row | undefined {
  if (text.length > 1000) return undefined;
  const words = text.replace(PATH, "").split(/\s+/);
  const counts = readCounts(words);
  if (!counts || words.length < MM_STAT_COLUMNS.fewest || words.length > MM_STAT_COLUMNS.most)
    return undefined;
  const [original = 0, compressed = 0, used = 0, limit = 0] = counts;
  return { ...(device !== undefined && { device }), original, compressed, used, limit };
}

function readZramctl(text: string): Row | undefined {
  const [, device, ...sizes] = ZRAMCTL.exec(text) ?? [];
  const [original, compressed, used] = sizes.map(readSize);
  if (device === undefined || original === undefined) return undefined;
  if (compressed === undefined || used === undefined) return undefined;
  return { device, original, compressed, used };
}

function readSize(word: string): Bytes | undefined {
  return SIZE.test(word) ? readHumanSize(word) : undefined;
}
