import { type Bytes, GIB, KIB, MIB } from "../units";
import { type Measured, type Parsed, ParseError, type SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";
import type { ToolTotals } from "./tool-totals";

interface Cell {
  readonly value: number;
  /** Undefined: no suffix, the unit is that of the table. */
  readonly unit?: Bytes;
  /** Smallest step that is printed, in units. */
  readonly step: number;
}

interface Table {
  readonly line: number;
  readonly cells: readonly Cell[];
}

// "Mem:" in the languages procps is translated to; the colon may be a wide one.
const MEM =
  /^(?:Mem|Mem\.|Speicher|Mémoire|Memoria|Memória|Память|Пам'ять|Pamięć|内存|記憶體|メモリ)\s{0,4}[:：]((?:\s+\S{1,24}){3,7})$/;
const OTHER_ROW =
  /^(?:-\/\+ |Swap|Low|High|Total|Auslagerungs|Échange|Intercambio|Comm|交换|交換|\S{0,20}[:：]\s)/;
const CELL = /^(\d{1,20})(?:[.,](\d{1,3}))?\s?([BKMGTP]?)(i?)B?$/i;
const UNITS: ReadonlyMap<string, Bytes> = new Map([
  ["B", 1],
  ["K", KIB],
  ["M", MIB],
  ["G", GIB],
  ["T", 1024 * GIB],
  ["P", 1024 * 1024 * GIB],
]);
const COMMAND = /(?:^|[\s$#_/])free((?:[\s_]+-{1,2}[a-z]+(?:[\s_]+\d+)?){0,6})\s*$/;
const OPTION_UNITS: readonly (readonly [option: RegExp, unit: Bytes])[] = [
  [/-(?:-bytes|[a-z]*b)/, 1],
  [/-(?:-kibi|[a-z]*k)/, KIB],
  [/-(?:-mebi|[a-z]*m)/, MIB],
  [/-(?:-gibi|[a-z]*g)/, GIB],
];
/** Columns after total, used, free, shared. */
const NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ["old", ["Buffers", "Cached"]],
  ["new", ["buff/cache", "MemAvailable"]],
  ["wide", ["Buffers", "cache", "MemAvailable"]],
]);

/**
 * `free` of procps 2 to 4 with -b, -k, -m, -g, -h or -w, in any language whose row for memory is known.
 * Sizes in bytes. `name` is the file's name or the command, whose options tell the unit; without one it
 * is told by the numbers (the kernel counts pages, so in bytes and KiB all are multiples of 4). A table
 * that leaves it open is refused.
 *
 *                   total        used        free      shared  buff/cache   available
 *     Mem:       24684100     1135376    22230452        8724     1624448    23548724
 *
 * buff/cache (3.3.10 and later) is Buffers, Cached and SReclaimable in one; `Cached` stands for it here.
 * There is no row for process memory or slab. Throws ParseError without the row of memory.
 *
 * Source: procps-ng free.c, proc/sysinfo.c.
 */
export function parseFree(text: string, name = ""): Parsed<ToolTotals> {
  const skipped: SkippedLine[] = [];
  let table: Table | undefined;
  let headings: readonly string[] = [];
  let hasOldLine = false;
  // A file that is just called "free" says nothing of options.
  let command = COMMAND.exec(name)?.[1] || undefined;
  for (const line of textLines(text)) {
    hasOldLine ||= line.text.startsWith("-/+");
    table ??= readTable(line);
    command ??= line.text.length < 200 ? COMMAND.exec(line.text)?.[1] : undefined;
    if (/^total\s/.test(line.text)) headings = line.text.split(/\s+/, 8);
    else if (table?.line !== line.number && !isKnown(line)) noteSkipped(skipped, line);
  }
  if (!table) throw nothingUsable("free", text);
  const unit = unitOf(table, command);
  if (unit === undefined) throw new ParseError("free: the table does not tell its unit");
  return { value: toTotals(table, unit, shapeOf(table, headings, hasOldLine)), skipped };
}

function isKnown({ text }: TextLine): boolean {
  return OTHER_ROW.test(text) || (text.length < 200 && COMMAND.test(text));
}

function readTable(line: TextLine): Table | undefined {
  if (line.text.length > 400) return undefined;
  const words = MEM.exec(line.text)?.[1]?.trim().split(/\s+/) ?? [];
  const cells = words.map(readCell);
  const known = cells.filter((cell) => cell !== undefined);
  return known.length >= 3 && known.length === cells.length
    ? { line: line.number, cells: known }
    : undefined;
}

function readCell(word: string): Cell | undefined {
  const [, whole, fraction = "", suffix = ""] = CELL.exec(word) ?? [];
  if (whole === undefined) return undefined;
  const value = Number(`${whole}.${fraction || "0"}`);
  const unit = UNITS.get(suffix.toUpperCase());
  return { value, step: 10 ** -fraction.length, ...(unit !== undefined && { unit }) };
}

/** Bytes of a number without a suffix. */
function unitOf({ cells }: Table, command: string | undefined): Bytes | undefined {
  if (cells.every((cell) => cell.unit !== undefined)) return 1;
  const told = OPTION_UNITS.find(([option]) => option.test(command ?? ""))?.[1];
  if (told !== undefined) return told;
  return command === undefined ? unitByNumbers(cells) : KIB;
}

/** Pages are 4 KiB: multiples of 4 in KiB, of 4096 in bytes; rounded to MiB they are not. */
function unitByNumbers(cells: readonly Cell[]): Bytes | undefined {
  const total = cells[0]?.value ?? 0;
  const isMultiple = (of: number): boolean => cells.every(({ value }) => value % of === 0);
  if (total > 64 * MIB && isMultiple(4096)) return 1;
  if (total >= 64 * KIB && isMultiple(4)) return KIB;
  if (total >= 1000 && total < 64 * MIB) return MIB;
  return undefined;
}

function shapeOf(
  { cells }: Table,
  headings: readonly string[],
  hasOldLine: boolean,
): readonly string[] {
  if (cells.length === 7) return NAMES.get("wide") ?? [];
  const isOld = hasOldLine || headings.includes("buffers");
  return NAMES.get(isOld ? "old" : "new") ?? [];
}

function toTotals({ line, cells }: Table, unit: Bytes, rest: readonly string[]): ToolTotals {
  const columns = ["MemTotal", "used", "MemFree", "Shmem", ...rest];
  const fields = new Map<string, Measured>();
  const formulas = new Map<string, string>();
  let rounding = 0;
  for (const [index, cell] of cells.entries()) {
    const field = FIELD_OF_COLUMN.get(columns[index] ?? "") ?? columns[index];
    const scale = cell.unit ?? unit;
    if (field === undefined || field === "used") continue;
    fields.set(field, { value: Math.round(cell.value * scale), line });
    if (field !== "MemAvailable") rounding += cell.step * scale;
    if (field !== columns[index]) formulas.set(field, WITH_SLAB);
  }
  dropShmem(fields);
  return { fields, formulas, rounding: rounding <= 4 * KIB * cells.length ? 0 : rounding };
}

const FIELD_OF_COLUMN: ReadonlyMap<string, string> = new Map([
  ["cache", "Cached"],
  ["buff/cache", "Cached"],
]);
const WITH_SLAB = "page cache and reclaimable slab together";

/** A shared memory of 0 is what kernels without Shmem printed; more than the cache is rounding. */
function dropShmem(fields: Map<string, Measured>): void {
  const shmem = fields.get("Shmem")?.value ?? 0;
  if (shmem === 0 || shmem > (fields.get("Cached")?.value ?? 0)) fields.delete("Shmem");
}
