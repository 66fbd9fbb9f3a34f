import type { Bytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

export interface SysvShm {
  readonly line: number;
  readonly key: number;
  readonly shmid: number;
  readonly size: Bytes;
  readonly rss?: Bytes;
  readonly swap?: Bytes;
  readonly cpid: number;
  readonly lpid: number;
  readonly attached: number;
}

// The order has not changed since 2.4; rss and swap were put at the end in 2.6.34.
const COLUMNS =
  "key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap".split(" ");
const FEWEST_COLUMNS = 14;
const NUMBER = /^-?\d{1,20}$/;

/**
 * `/proc/sysvipc/shm`: System V shared memory segments; size, rss and swap are bytes.
 *
 *        key      shmid perms       size  cpid  lpid nattch   uid … ctime        rss       swap
 *          0          3  1600     524288  1742  2110      2  1000 … 1644000000   524288          0
 *
 * A segment with attached 0 and an rss belongs to nobody who runs. A table with its heading alone
 * is a node without segments: an empty list. Throws ParseError if there is neither heading nor row.
 *
 * Source: ipc/shm.c (sysvipc_shm_proc_show).
 */
export function parseSysvShm(text: string): Parsed<readonly SysvShm[]> {
  const value: SysvShm[] = [];
  const skipped: SkippedLine[] = [];
  let hasHeading = false;

  for (const line of textLines(text)) {
    const isHeading = /^key\s+shmid\s/.test(line.text);
    hasHeading ||= isHeading;
    const segment = isHeading ? undefined : readSegment(line);
    if (segment) value.push(segment);
    else if (!isHeading) noteSkipped(skipped, line);
  }
  if (value.length === 0 && !hasHeading) throw nothingUsable("sysvipc/shm", text);
  return { value, skipped };
}

function readSegment(line: TextLine): SysvShm | undefined {
  const words = line.text.split(/\s+/, COLUMNS.length + 1);
  if (words.length < FEWEST_COLUMNS || words.length > COLUMNS.length) return undefined;
  if (!words.every((word) => NUMBER.test(word))) return undefined;

  const column = (name: string): number => Number(words[COLUMNS.indexOf(name)]);
  return {
    ...{ line: line.number, key: column("key"), shmid: column("shmid"), size: column("size") },
    ...(words.length > FEWEST_COLUMNS && { rss: column("rss") }),
    ...(words.length === COLUMNS.length && { swap: column("swap") }),
    ...{ cpid: column("cpid"), lpid: column("lpid"), attached: column("nattch") },
  };
}
