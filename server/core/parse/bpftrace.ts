import { type Bytes, pagesToBytes } from "../units";
import type { AllocationSite, Frame } from "./allocation-site";
import type { Parsed, SkippedLine } from "./parsed";
import { SiteSums } from "./site-sums";
import { readFrame } from "./stack-frame";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

const OPEN = /^@([\w.]{0,64})\[(.{0,200})$/;
const CLOSE =
  /^(?:,\s*)?(.{0,120}?)\]:\s*(?:(-?\d{1,18})$|count (\d{1,18}), average -?\d{1,18}, total (-?\d{1,18})$)/;
const NOTE = /^(?:Attach(?:ing|ed)\b|WARNING|Lost \d+ events|stdin:|\^C)/;
const MAX_JSON_LINE = 4_000_000;
const MAX_FRAMES = 127;

/** What a map's value counts, by its name: people write @bytes, @pages, @alloc_count … */
type Counts = "bytes" | "pages" | "calls";

interface Entry {
  readonly map: string;
  readonly line: number;
  readonly frames: Frame[];
  readonly comm?: string | undefined;
  readonly value: number;
  readonly total?: number | undefined;
}

/**
 * Maps of a bpftrace program keyed by kernel stack, as text (`@bytes[ … ]: 4096`) or with `-f json`. A value is bytes, pages
 * or calls by the name of its map; stats() maps give both. Calls of unknown size count one page each, at
 * least. Only what was allocated while it ran. Values that are not positive (freed again) are left out.
 * Throws ParseError without a map of stacks.
 *
 * Source: bpftrace docs/language.adoc (kstack, maps), src/output.cpp.
 */
export function parseBpftrace(text: string, pageSize: Bytes): Parsed<readonly AllocationSite[]> {
  const maps: Maps = { sums: new SiteSums(), stacks: 0 };
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    const isTaken = line.text.startsWith("{")
      ? takesJson(maps, line, pageSize)
      : takesText(maps, line, pageSize);
    if (!isTaken) noteSkipped(skipped, line);
  }
  if (maps.stacks === 0) throw nothingUsable("bpftrace", text);
  return { value: maps.sums.sites(), skipped };
}

interface Maps {
  readonly sums: SiteSums;
  stacks: number;
  open?: Omit<Entry, "value"> | undefined;
}

function keep(maps: Maps, entry: Entry, pageSize: Bytes): void {
  if (entry.frames.length === 0) return;
  maps.stacks += 1;
  const site = toSite(entry, pageSize);
  if (site) maps.sums.add(site);
}

function takesJson(maps: Maps, line: TextLine, pageSize: Bytes): boolean {
  const entries = readJson(line);
  for (const entry of entries ?? []) keep(maps, entry, pageSize);
  return entries !== undefined;
}

function takesText(maps: Maps, line: TextLine, pageSize: Bytes): boolean {
  const begun = beginMap(line);
  if (begun) {
    maps.open = begun;
    return true;
  }
  const ended = maps.open && endMap(maps.open, line.text);
  if (ended) {
    keep(maps, ended, pageSize);
    maps.open = undefined;
    return true;
  }
  return (maps.open !== undefined && takesFrame(maps.open, line.text)) || NOTE.test(line.text);
}

function beginMap(line: TextLine): Omit<Entry, "value"> | undefined {
  const [, map, rest] = OPEN.exec(line.text) ?? [];
  if (map === undefined || rest?.includes("]:")) return undefined;
  return { map, line: line.number, frames: [] };
}

function takesFrame(open: Omit<Entry, "value">, text: string): boolean {
  const frame = readFrame(text.replace(/,$/, ""), /^[\w.]+$/.test(text));
  if (frame && open.frames.length < MAX_FRAMES) open.frames.push(frame);
  return frame !== undefined;
}

function endMap(open: Omit<Entry, "value">, text: string): Entry | undefined {
  const [, keys = "", value, count, total] = CLOSE.exec(text) ?? [];
  const number = value ?? count;
  if (number === undefined) return undefined;
  const comm = keys
    .split(",")
    .map((key) => key.trim())
    .find((key) => /^[A-Za-z]/.test(key));
  return {
    ...open,
    comm,
    value: Number(number),
    total: total === undefined ? undefined : Number(total),
  };
}

function readJson(line: TextLine): readonly Entry[] | undefined {
  if (line.raw.length > MAX_JSON_LINE) return undefined;
  try {
    return entriesOf(JSON.parse(line.text), line.number);
  } catch {
    return undefined;
  }
}

function entriesOf(parsed: unknown, line: number): readonly Entry[] {
  if (!isRecord(parsed) || !isRecord(parsed["data"])) return [];
  return Object.entries(parsed["data"]).flatMap(([map, entries]) =>
    isRecord(entries)
      ? Object.entries(entries).flatMap(([key, value]) => jsonEntry(map, key, value, line))
      : [],
  );
}

function jsonEntry(map: string, key: string, value: unknown, line: number): readonly Entry[] {
  const lines = key.split("\n").map((each) => each.trim().replace(/,$/, ""));
  const frames = lines.flatMap((each) => readFrame(each) ?? []).slice(0, MAX_FRAMES);
  const name = map.replace(/^@/, "");
  if (typeof value === "number") return [{ map: name, line, frames, value }];
  if (!isRecord(value)) return [];
  const { count, total } = value;
  if (typeof count !== "number" || typeof total !== "number") return [];
  return [{ map: name, line, frames, value: count, total }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function countsOf(map: string): Counts {
  if (/byte|size|mem|kmalloc|total/i.test(map)) return "bytes";
  return /page|nr_/i.test(map) ? "pages" : "calls";
}

function toSite(entry: Entry, pageSize: Bytes): AllocationSite | undefined {
  const { frames, line, comm, value, total } = entry;
  const unit = countsOf(entry.map);
  const size = total ?? value;
  const bytes = unit === "bytes" ? size : pagesToBytes(size, pageSize);
  const calls = total === undefined && unit !== "calls" ? 1 : value;
  if (!Number.isSafeInteger(bytes) || bytes <= 0 || calls < 0) return undefined;
  return { frames, bytes, calls, line, ...(comm ? { task: { comm } } : {}) };
}
