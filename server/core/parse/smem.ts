import { type Bytes, GIB, KIB, MIB } from "../units";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import type { ProcessRow } from "./process";
import { noteSkipped, nothingUsable, readCount, type TextLine, textLines } from "./text-lines";
import type { ToolTotals } from "./tool-totals";

/** What smem says: the areas of `smem -w`, where there, and the processes of its table. */
export interface Smem {
  readonly totals?: ToolTotals;
  readonly rows: readonly ProcessRow[];
  /** Memory of the kernel that is neither free nor cache, in bytes; absent without the areas. */
  readonly kernelNoncache?: Measured;
}

interface Size {
  readonly bytes: Bytes;
  readonly step: Bytes;
}

interface Area {
  readonly used: Size;
  readonly cache: Size;
  readonly line: number;
}

interface Reading {
  readonly areas: Map<string, Area>;
  readonly rows: Map<number, ProcessRow>;
  columns: readonly string[];
}

const AREA =
  /^(firmware\/hardware|kernel image|kernel dynamic memory|userspace memory|free memory)\s{1,40}(\S{1,20})\s{1,20}(\S{1,20})\s{1,20}(\S{1,20})$/;
const SIZE = /^(\d{1,15})(?:\.(\d))?([KMGT]?)$/;
const UNITS: ReadonlyMap<string, Bytes> = new Map([
  ["", KIB],
  ["K", KIB],
  ["M", MIB],
  ["G", GIB],
  ["T", 1024 * GIB],
]);
/** The headings of the areas, the line above the sums, and the sums themselves. */
const OTHER =
  /^(?:Area\s+Used\s+Cache\s+Noncache|-{10,}|\d{1,9} \d{1,6}(?:\s+\d\S{0,12}){2,6}|\d\S{0,12}(?:\s+\d\S{0,12}){2})$/;
const MAX_LINE = 2_000;
const COMM_LENGTH = 15;

/**
 * `smem` (PID User Command Swap USS PSS RSS, other columns of numbers behind the command as well) and
 * `smem -w`; KiB, or with -k rounded to a tenth of the unit. Sizes in bytes. The areas are sums of
 * /proc/meminfo: userspace is AnonPages + Mapped and its cache Mapped, so AnonPages is their difference;
 * the caches of both areas are Cached + Buffers + SReclaimable, which stand in `Cached`. Percentages (-p)
 * are refused. Throws ParseError with neither areas nor a process.
 *
 *     Area                           Used      Cache   Noncache
 *     kernel dynamic memory       6641172    6375152     266020
 *     userspace memory             162924      63620      99304
 *
 * Source: smem 1.5 (showsystem, showpids).
 */
export function parseSmem(text: string): Parsed<Smem> {
  const reading: Reading = { areas: new Map(), rows: new Map(), columns: [] };
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    if (line.text.length > MAX_LINE || !readLine(reading, line)) noteSkipped(skipped, line);
  }
  const rows = [...reading.rows.values()];
  const whole = toTotals(reading.areas);
  if (!whole && rows.length === 0) throw nothingUsable("smem", text);
  return { value: { rows, ...whole }, skipped };
}

function readLine(reading: Reading, line: TextLine): boolean {
  return readArea(reading, line) || readHeading(reading, line) || readProcess(reading, line);
}

function readArea({ areas }: Reading, { text, number: line }: TextLine): boolean {
  const [, name, ...words] = AREA.exec(text) ?? [];
  const [used, cache, rest] = words.map(readSize);
  if (name === undefined || !used || !cache || !rest) return false;
  if (!areas.has(name)) areas.set(name, { used, cache, line });
  return true;
}

function readHeading(reading: Reading, { text }: TextLine): boolean {
  const words = text.split(/\s+/);
  const isHeading = words[0] === "PID" && words.includes("Command") && words.includes("PSS");
  if (isHeading) reading.columns = words;
  return isHeading;
}

/** Numbers from the right up to the command, the only column that holds spaces. */
function readProcess({ columns, rows }: Reading, line: TextLine): boolean {
  if (columns.length === 0 || OTHER.test(line.text)) return OTHER.test(line.text);
  const words = line.text.split(/\s+/);
  const commandAt = columns.indexOf("Command");
  const sizesAt = words.length - (columns.length - commandAt - 1);
  const pid = readCount(words[0]);
  const sizes = words.slice(sizesAt).map(readSize);
  if (pid === undefined || sizesAt <= commandAt || sizes.includes(undefined)) return false;
  const size = (name: string): Bytes | undefined =>
    sizes[columns.indexOf(name) - commandAt - 1]?.bytes;
  const command = words.slice(commandAt, sizesAt).join(" ");
  if (!rows.has(pid)) {
    const sized = { rss: size("RSS"), pss: size("PSS"), swap: size("Swap") };
    rows.set(pid, {
      ...{ pid, line: line.number },
      ...ofCommand(command),
      ...ofUser(columns.includes("User") ? words[columns.indexOf("User")] : undefined),
      ...known(sized),
    });
  }
  return true;
}

function known(sizes: Readonly<Record<"rss" | "pss" | "swap", Bytes | undefined>>) {
  const { rss, pss, swap } = sizes;
  return {
    ...(rss !== undefined && { rss }),
    ...(pss !== undefined && { pss }),
    ...(swap !== undefined && { swap }),
  };
}

/** smem cuts a command line at its column: a guess at the name, like that of ps. */
function ofCommand(command: string) {
  const word = /^\S+/.exec(command)?.[0] ?? "";
  const comm = (word.slice(word.lastIndexOf("/") + 1) || word)
    .replace(/:$/, "")
    .slice(0, COMM_LENGTH);
  return { ...(comm && { comm }), ...(comm !== command && { cmdline: command }) };
}

function ofUser(user: string | undefined) {
  return user && !/^\d+$/.test(user) ? { user } : {};
}

function readSize(word: string): Size | undefined {
  const [, whole, tenth, suffix = ""] = SIZE.exec(word) ?? [];
  const unit = UNITS.get(suffix);
  if (whole === undefined || unit === undefined) return undefined;
  const bytes = Math.round(Number(`${whole}.${tenth ?? "0"}`) * unit);
  const step = tenth === undefined ? 0 : unit / 10;
  return Number.isSafeInteger(bytes) ? { bytes, step } : undefined;
}

function toTotals(areas: ReadonlyMap<string, Area>): Omit<Smem, "rows"> | undefined {
  const kernel = areas.get("kernel dynamic memory");
  const user = areas.get("userspace memory");
  const free = areas.get("free memory");
  if (!kernel || !user || !free) return undefined;
  const at = (value: Bytes, { line }: Area): Measured => ({ value: Math.max(0, value), line });
  const sum = kernel.used.bytes + user.used.bytes + free.used.bytes;
  const fields = new Map([
    ["MemTotal", at(sum, free)],
    ["MemFree", at(free.used.bytes, free)],
    ["AnonPages", at(user.used.bytes - user.cache.bytes, user)],
    ["Cached", at(kernel.cache.bytes + user.cache.bytes, kernel)],
  ]);
  const steps = [kernel.used, kernel.cache, user.used, free.used].map(({ step }) => step);
  const rounding = steps.reduce((total, step) => total + step, 0);
  const kernelNoncache = at(kernel.used.bytes - kernel.cache.bytes, kernel);
  return { totals: { fields, formulas: FORMULAS, rounding }, kernelNoncache };
}

const FORMULAS: ReadonlyMap<string, string> = new Map([
  ["MemTotal", "kernel dynamic memory + userspace memory + free memory"],
  ["AnonPages", "userspace memory: used − cache"],
  [
    "Cached",
    "cache of kernel dynamic memory and of userspace memory: page cache, buffers and reclaimable slab together",
  ],
]);
