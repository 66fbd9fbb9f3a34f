import { type Bytes, GIB, KIB, MIB } from "../units";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import type { ProcessRow } from "./process";
import { noteSkipped, nothingUsable, readCount, type TextLine, textLines } from "./text-lines";
import type { ToolTotals } from "./tool-totals";

/** What one screen of `top -b` says: the memory lines, where there, and the processes. */
export interface Top {
  readonly totals?: ToolTotals;
  readonly rows: readonly ProcessRow[];
}

interface Reading {
  readonly fields: Map<string, Measured>;
  readonly formulas: Map<string, string>;
  readonly rows: Map<number, ProcessRow>;
  rounding: Bytes;
  columns: readonly string[];
}

const UNITS: ReadonlyMap<string, Bytes> = new Map([
  ["k", KIB],
  ["m", MIB],
  ["g", GIB],
  ["t", 1024 * GIB],
  ["p", 1024 * 1024 * GIB],
  ["e", 1024 ** 3 * GIB],
]);
const MEMORY_LINE = /^(?:([KMGTPE])iB )?(Mem|Swap)\s*:\s*(.{3,200})$/;
// "24105.6 total", "8167848k total", "13186304+total" (a digit is lost where the plus stands).
const AMOUNT =
  /(\d{1,18})(?:[.,](\d{1,3}))?([kmgt]?)(\+?)\s*(total|used|free|buffers|buff\/cache|cached Mem|cached|avail Mem)\b/gi;
// busybox: "Mem: 123K used, 456K free, 7K shrd, 8K buff, 9K cached".
const BUSYBOX =
  /^Mem: (\d{1,15})K used, (\d{1,15})K free, (\d{1,15})K shrd, (\d{1,15})K buff, (\d{1,15})K cached/;
const HEAD_LINE = /^(?:top - |Tasks:|Threads:|%?Cpu|CPU:|Load average:|\.{2,}$)/i;
const SIZE = /^(\d{1,15})(?:[.,](\d{1,3}))?([kmgtpe]?)$/i;
const MAX_ROW = 2_000;
const COMM_LENGTH = 15;

/**
 * `top -b` of procps (any scale: KiB, MiB, GiB lines, RES as "678192", "1.2g") and of busybox; sizes in
 * bytes. Of several screens the first stands. A number that top cut at its column ("12345+") is left
 * out. Throws ParseError when there is neither a memory line nor a process.
 *
 *     MiB Mem :  24105.6 total,  21493.6 free,   1322.5 used,   1588.5 buff/cache
 *        PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
 *
 * Source: procps-ng top/top.c (memory lines: summary_show, scale_mem); procps 3.2 top.c.
 */
export function parseTop(text: string): Parsed<Top> {
  const reading: Reading = {
    ...{ fields: new Map(), formulas: new Map(), rows: new Map(), rounding: 0, columns: [] },
  };
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    if (!readLine(reading, line)) noteSkipped(skipped, line);
  }
  const { fields, formulas, rounding } = reading;
  const rows = [...reading.rows.values()];
  const hasTotals = fields.has("MemTotal") && fields.has("MemFree");
  if (!hasTotals && rows.length === 0) throw nothingUsable("top", text);
  return { value: { rows, ...(hasTotals && { totals: { fields, formulas, rounding } }) }, skipped };
}

function readLine(reading: Reading, line: TextLine): boolean {
  if (line.text.length > MAX_ROW) return false;
  if (readBusybox(reading, line) || readMemory(reading, line) || HEAD_LINE.test(line.text))
    return true;
  if (/^PID\s/.test(line.text) && /\b(?:RES|RSS|VSZ)\b/.test(line.text)) {
    reading.columns = line.text.split(/\s+/);
    return true;
  }
  return readProcess(reading, line);
}

function readBusybox({ fields }: Reading, { text, number: line }: TextLine): boolean {
  const [used, free, , buffers, cached] = BUSYBOX.exec(text)?.slice(1).map(Number) ?? [];
  if (used === undefined || free === undefined) return false;
  if (fields.has("MemTotal")) return true;
  const set = (field: string, kib = 0) => fields.set(field, { value: kib * KIB, line });
  set("MemTotal", used + free);
  set("MemFree", free);
  set("Buffers", buffers);
  set("Cached", cached);
  return true;
}

function readMemory(reading: Reading, { text, number: line }: TextLine): boolean {
  const [, scale = "", kind, rest = ""] = MEMORY_LINE.exec(text) ?? [];
  if (kind === undefined) return false;
  for (const match of rest.matchAll(AMOUNT)) addAmount(reading, match, { scale, kind, line });
  return true;
}

function addAmount(
  reading: Reading,
  [, whole, fraction = "", suffix, plus, word = ""]: RegExpMatchArray,
  at: { readonly scale: string; readonly kind: string; readonly line: number },
): void {
  const name = word.toLowerCase();
  const field = fieldOf(name, at.kind);
  if (field === undefined || plus === "+" || reading.fields.has(field)) return;
  const unit = UNITS.get((suffix || at.scale || "k").toLowerCase()) ?? KIB;
  const value = Math.round(Number(`${whole}.${fraction || "0"}`) * unit);
  reading.fields.set(field, { value, line: at.line });
  const step = unit / 10 ** fraction.length;
  if (step > 4 * KIB && field !== "MemAvailable") reading.rounding += step;
  if (name === "buff/cache") reading.formulas.set(field, WITH_SLAB);
}

const WITH_SLAB = "buff/cache: buffers, page cache and reclaimable slab together";
const OF_MEMORY: ReadonlyMap<string, string> = new Map([
  ["total", "MemTotal"],
  ["free", "MemFree"],
  ["buffers", "Buffers"],
]);
const OF_SWAP: ReadonlyMap<string, string> = new Map([
  ["total", "SwapTotal"],
  ["free", "SwapFree"],
]);
/** The line of swap ends with what has no room in that of memory. */
const OF_EITHER: ReadonlyMap<string, string> = new Map([
  ["buff/cache", "Cached"],
  ["cached mem", "Cached"],
  ["cached", "Cached"],
  ["avail mem", "MemAvailable"],
]);

function fieldOf(name: string, kind: string): string | undefined {
  return OF_EITHER.get(name) ?? (kind === "Swap" ? OF_SWAP : OF_MEMORY).get(name);
}

function readProcess({ columns, rows }: Reading, line: TextLine): boolean {
  const words = line.text.split(/\s+/);
  if (columns.length === 0 || words.length < columns.length) return false;
  const cell = (name: string): string | undefined => words[columns.indexOf(name)];
  const pid = readCount(cell("PID"));
  if (pid === undefined) return false;
  if (rows.has(pid)) return true;
  const rss = readSize(cell("RES") ?? cell("RSS"));
  const state = /^[A-Za-z]/.exec(cell("S") ?? cell("STAT") ?? "")?.[0];
  const command = words.slice(columns.length - 1).join(" ");
  const comm = commOf(command);
  const user = columns.includes("USER") ? cell("USER") : undefined;
  rows.set(pid, {
    ...{ pid, line: line.number },
    ...(comm && { comm }),
    ...(comm && comm !== command && { cmdline: command }),
    ...(rss !== undefined && { rss }),
    ...(state && { state }),
    ...(user && !/^\d+$|\+$/.test(user) && { user }),
  });
  return true;
}

/** top cuts names at its column and says so with a plus. */
function commOf(command: string): string {
  const word = /^\S+/.exec(command)?.[0] ?? "";
  const file = word.slice(word.lastIndexOf("/") + 1) || word;
  return file.replace(/[:+]$/, "").slice(0, COMM_LENGTH);
}

/** KiB without a suffix. */
function readSize(word = ""): Bytes | undefined {
  const [, whole, fraction = "", suffix = ""] = SIZE.exec(word) ?? [];
  if (whole === undefined) return undefined;
  const unit = UNITS.get(suffix.toLowerCase()) ?? KIB;
  return Math.round(Number(`${whole}.${fraction || "0"}`) * unit);
}
