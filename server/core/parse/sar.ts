import type { Bytes } from "../units";
import { KIB } from "../units";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { rowClock, sarDay } from "./sar-clock";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

/** All that sar printed for one moment, over all of its blocks. */
export interface SarMoment {
  /** ISO 8601; sar prints the node's local time without a zone, which is taken as UTC. Absent without a date. */
  readonly at?: string;
  /** Column as sysstat spells it → bytes for kb columns, else the number ("%memused", "tcpsck"). */
  readonly columns: ReadonlyMap<string, Measured>;
}

export interface Sar {
  readonly hostname?: string;
  readonly kernel?: string;
  readonly arch?: string;
  readonly cpus?: number;
  /** Oldest first, since the last restart: an earlier boot is another story. */
  readonly moments: readonly SarMoment[];
  /** Times that the node was started again within the text. */
  readonly restarts: number;
  /** Sizes are rounded to three or four digits (`sar --human`). */
  readonly isRounded: boolean;
}

/** Columns that begin the blocks about memory; other blocks (CPU, disks) are passed over. */
const BLOCKS = new Set(["kbmemfree", "kbswpfree", "kbhugfree", "totsck", "frmpg/s", "pgpgin/s"]);
const TITLE =
  /^Linux (\S{1,200}) \((\S{1,255})\)\s+(\S{6,40})(?:\s+_(\w{1,40})_)?(?:\s+\((\d{1,5}) CPU\))?/;
const NUMBER = /^(-?\d{1,20}(?:[.,]\d{1,6})?)([bkMGTP]?)$/;
const UNITS: ReadonlyMap<string, Bytes> = new Map([
  ["b", 1],
  ["k", KIB],
  ["M", KIB ** 2],
  ["G", KIB ** 3],
  ["T", KIB ** 4],
  ["P", KIB ** 5],
]);
const MAX_LINE = 2000;
const MAX_MOMENTS = 20_000;

interface Reading {
  readonly moments: Map<string, { at: string | undefined; columns: Map<string, Measured> }>;
  host: Pick<Sar, "hostname" | "kernel" | "arch" | "cpus">;
  day: string | undefined;
  /** Days passed since `day` in the block that is open. */
  nights: number;
  lastSecond: number;
  columns: readonly string[] | undefined;
  restarts: number;
  isRounded: boolean;
}

/**
 * `sar -r`, `-r ALL`, `-S`, `-H`, `-B`, `-R`, `-n SOCK`, or all of it (`sar -A`), of sysstat 8 to 12, with clocks
 * of 12 or 24 hours and decimals of any locale. Average rows and blocks about other things are passed over.
 * Values are bytes. Throws ParseError when no row of memory could be read.
 *
 *     Linux 5.4.0-1009-aws (node-1)  05/26/20  _x86_64_  (8 CPU)
 *     02:17:59    kbmemfree   kbavail kbmemused  %memused kbbuffers  kbcached …
 *     02:18:00     31861692  31702868    705532      2.15     14888    144308 …
 *
 * Source: sysstat, pr_stats.c (print_ram_memory_stats, print_swap_memory_stats, print_net_sock_stats).
 */
export function parseSar(text: string): Parsed<Sar> {
  const skipped: SkippedLine[] = [];
  const reading: Reading = {
    moments: new Map(),
    host: {},
    ...{
      day: undefined,
      nights: 0,
      lastSecond: -1,
      columns: undefined,
      restarts: 0,
      isRounded: false,
    },
  };
  for (const line of textLines(text)) {
    if (line.text.length > MAX_LINE) continue;
    if (!readTitle(reading, line.text) && !readRow(reading, line.text, line.number)) {
      if (reading.columns && !/^\D{0,30}:/.test(line.text)) noteSkipped(skipped, line);
    }
  }
  const moments = [...reading.moments.values()].filter(({ columns }) => columns.has("kbmemfree"));
  if (moments.length === 0) throw nothingUsable("sar", text);
  return {
    value: {
      ...reading.host,
      moments: moments.map(({ at, columns }) => ({ columns, ...(at === undefined ? {} : { at }) })),
      restarts: reading.restarts,
      isRounded: reading.isRounded,
    },
    skipped,
  };
}

function readTitle(reading: Reading, text: string): boolean {
  const [, kernel, hostname, day, arch, cpus] = TITLE.exec(text) ?? [];
  if (!kernel || !hostname || !day) return false;
  reading.host = {
    ...{ kernel, hostname },
    ...(arch === undefined ? {} : { arch }),
    ...(cpus === undefined ? {} : { cpus: Number(cpus) }),
  };
  reading.day = sarDay(day);
  reading.columns = undefined;
  reading.lastSecond = -1;
  reading.nights = 0;
  return true;
}

/** A header, a row, a restart, or a row of a block that is not about memory. */
function readRow(reading: Reading, text: string, number: number): boolean {
  const clock = rowClock(text);
  if (!clock) return false;
  const words = clock.rest.split(/\s+/);
  if (clock.rest.startsWith("LINUX RESTART")) return restart(reading);
  if (words.some((word) => /^[%a-z][\w%/.-]*[a-z]/i.test(word) && !NUMBER.test(word))) {
    openBlock(reading, words.some((word) => BLOCKS.has(word)) ? words : undefined);
    return true;
  }
  if (!reading.columns) return true;
  if (words.length !== reading.columns.length) return false;
  if (clock.second < reading.lastSecond) reading.nights += 1;
  reading.lastSecond = clock.second;
  return addRow(reading, { second: clock.second, words, number });
}

/** A terminal repeats the header within a block: then the nights passed still count. */
function openBlock(reading: Reading, columns: readonly string[] | undefined): void {
  const isSame = columns !== undefined && columns.join(" ") === reading.columns?.join(" ");
  reading.columns = columns;
  if (isSame) return;
  reading.nights = 0;
  reading.lastSecond = -1;
}

function restart(reading: Reading): boolean {
  // Blocks repeat the restart: only the first block's counts, and what came before goes.
  if (reading.columns?.includes("kbmemfree")) {
    reading.restarts += 1;
    reading.moments.clear();
  }
  return true;
}

function addRow(
  reading: Reading,
  row: { readonly second: number; readonly words: readonly string[]; readonly number: number },
): boolean {
  const at = toIso(reading, row.second);
  const key = at ?? `${reading.nights} ${row.second}`;
  const known = reading.moments.get(key);
  if (!known && reading.moments.size >= MAX_MOMENTS) return true;
  const columns = known?.columns ?? new Map<string, Measured>();
  for (const [index, name] of (reading.columns ?? []).entries()) {
    const value = toValue(reading, name, row.words[index] ?? "");
    if (value !== undefined && !columns.has(name)) columns.set(name, { value, line: row.number });
  }
  if (!known) reading.moments.set(key, { at, columns });
  return true;
}

function toIso({ day, nights }: Reading, second: number): string | undefined {
  const midnight = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  if (!Number.isFinite(midnight)) return undefined;
  return `${new Date(midnight + (nights * 86_400 + second) * 1000).toISOString().slice(0, 19)}Z`;
}

function toValue(reading: Reading, name: string, word: string): number | undefined {
  const [, digits, unit = ""] = NUMBER.exec(word) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits.replace(",", "."));
  if (!name.startsWith("kb")) return value;
  if (unit !== "") reading.isRounded = true;
  return Math.round(value * (UNITS.get(unit) ?? KIB));
}
