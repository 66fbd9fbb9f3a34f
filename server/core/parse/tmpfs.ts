import type { Bytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

export interface TmpfsMount {
  readonly line: number;
  readonly mountPoint: string;
  /** tmpfs, devtmpfs, ramfs, hugetlbfs. */
  readonly fsType: string;
  readonly size?: Bytes;
  /** Only df knows it. */
  readonly used?: Bytes;
}

const MEMORY_TYPES: ReadonlySet<string> = new Set(["tmpfs", "devtmpfs", "ramfs", "hugetlbfs"]);
/** df without -T prints the mount's source, which for these filesystems is a name by custom. */
const TYPE_BY_SOURCE: ReadonlyMap<string, string> = new Map([
  ...[...MEMORY_TYPES].map((type): [string, string] => [type, type]),
  ...["none", "shm", "run", "tmp", "cgmfs"].map((source): [string, string] => [source, "tmpfs"]),
  ...["udev", "dev"].map((source): [string, string] => [source, "devtmpfs"]),
]);
const HEADING = /^Filesystem\s+(Type\s+)?(\S+)\s+Used\s+Avail/;
const BLOCK_UNITS: ReadonlyMap<string, Bytes> = new Map([
  ["1B-blocks", 1],
  ["512-blocks", 512],
  ["512B-blocks", 512],
  ["1K-blocks", 1024],
  ["1024-blocks", 1024],
  ["1M-blocks", 1024 ** 2],
  ["1048576-blocks", 1024 ** 2],
  ["1G-blocks", 1024 ** 3],
]);
const SUFFIXES = "KMGTP";
const SIZE = /^(\d{1,20}(?:\.\d{1,6})?)([kKmMgGtTpP]?)i?B?$/;
const MAX_LINE = 16_384;
const TABLE_ROW = /^\S+\s+(\S+)\s+(\S+)\s+(\S+)\s+\d+\s+\d+$/;
const COMMAND_ROW = /^\S+ on (.+) type (\S+) \(([^()]*)\)(?: \[[^\]]*\])?$/;
const SIZE_OPTION = /(?:^|,)size=(\d{1,20}[kKmMgG]?)(?=,|$)/;

/**
 * `df` output (any of -k, -a, -T, -h, -P): the tmpfs-like rows, sizes in bytes.
 *
 *     Filesystem     Type  1K-blocks  Used Available Use% Mounted on
 *     tmpfs          tmpfs   1487468    12   1487456   1% /dev/shm
 *
 * Without -T the type is inferred from the source name (tmpfs, udev, shm, none …): a source with a
 * path is a device and is left out. Human sizes (-h) are rounded by df. Throws ParseError if the
 * text is no df table, or one of inodes; a table without tmpfs is an empty list.
 */
export function parseDf(text: string): Parsed<readonly TmpfsMount[]> {
  const value: TmpfsMount[] = [];
  const skipped: SkippedLine[] = [];
  let unit: Bytes | undefined;

  for (const line of textLines(text)) {
    const heading = HEADING.exec(line.text);
    if (heading) {
      unit = BLOCK_UNITS.get(heading[2] ?? "") ?? 1;
      continue;
    }
    const row = readDfRow(line, unit ?? 1024);
    if (row === undefined) noteSkipped(skipped, line);
    else if (MEMORY_TYPES.has(row.fsType)) value.push(row);
  }
  if (value.length === 0 && unit === undefined) throw nothingUsable("df", text);
  return { value, skipped };
}

/** One row of any type; "" as the type of a device. Anchored at the percent column. */
function readDfRow(line: TextLine, unit: Bytes): TmpfsMount | undefined {
  if (line.text.length > MAX_LINE) return undefined;
  const words = line.text.split(/\s+/);
  const percent = words.findIndex((word, index) => index >= 4 && /^(?:\d{1,3}%|-)$/.test(word));
  if (percent < 0 || percent + 1 >= words.length) return undefined;

  const size = readSize(words[percent - 3], unit);
  const used = readSize(words[percent - 2], unit);
  const [source = "", type = ""] = words;
  const fsType = percent === 5 ? type : (TYPE_BY_SOURCE.get(source) ?? "");
  const mountPoint = words.slice(percent + 1).join(" ");
  const sizes = { ...(size !== undefined && { size }), ...(used !== undefined && { used }) };
  return { line: line.number, mountPoint, fsType, ...sizes };
}

/** "1487468" in blocks, "1.5G" by its own suffix. "-" is not known. */
function readSize(word = "", unit: Bytes = 1): Bytes | undefined {
  const [, size, suffix = ""] = SIZE.exec(word) ?? [];
  if (size === undefined) return undefined;
  const scale = suffix ? 1024 ** (SUFFIXES.indexOf(suffix.toUpperCase()) + 1) : unit;
  return Math.round(Number(size) * scale);
}

/**
 * `/proc/mounts` or `mount`: the tmpfs-like rows, the size= option in bytes.
 *
 *     run /run tmpfs rw,relatime,size=65536k,mode=755,inode64 0 0
 *     tmpfs on /dev/shm type tmpfs (rw,nosuid,nodev)
 *
 * Without size= the limit is half of RAM, with "50%" a share of it; both stay absent, as the text
 * alone cannot say. Throws ParseError if the text is no mount table.
 *
 * Source: fs/proc_namespace.c (show_vfsmnt), mm/shmem.c (shmem_show_options).
 */
export function parseMounts(text: string): Parsed<readonly TmpfsMount[]> {
  const value: TmpfsMount[] = [];
  const skipped: SkippedLine[] = [];
  let rows = 0;

  for (const line of textLines(text)) {
    const row = readMount(line);
    if (!row) {
      noteSkipped(skipped, line);
      continue;
    }
    rows += 1;
    if (MEMORY_TYPES.has(row.fsType)) value.push(row);
  }
  if (rows === 0) throw nothingUsable("mounts", text);
  return { value, skipped };
}

function readMount(line: TextLine): TmpfsMount | undefined {
  if (line.text.length > MAX_LINE) return undefined;
  const match = TABLE_ROW.exec(line.text) ?? COMMAND_ROW.exec(line.text);
  if (!match) return undefined;
  const [, path = "", fsType = "", options = ""] = match;
  const size = readSize(SIZE_OPTION.exec(options)?.[1]);
  const mountPoint = unescapePath(path);
  return { line: line.number, mountPoint, fsType, ...(size !== undefined && { size }) };
}

/** The kernel writes space, tab, newline and backslash of a path as \040, \011, \012, \134. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
