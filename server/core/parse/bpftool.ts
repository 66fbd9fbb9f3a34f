import type { Bytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

/** A map or a program of BPF as bpftool lists it. A value that it does not print is absent. */
export interface BpfObject {
  readonly line: number;
  readonly id: number;
  /** "hash", "ringbuf", "percpu_array" … for maps, "xdp", "cgroup_skb" … for programs. */
  readonly type: string;
  readonly isProgram: boolean;
  readonly name?: string;
  /** BPF_F_* bits of a map: 1 is BPF_F_NO_PREALLOC. */
  readonly flags?: number;
  readonly maxEntries?: number;
  /** Exact since 6.4; from 5.11 to 6.3 max_entries × (key + value), which is 0 for a ring buffer. */
  readonly memlock?: Bytes;
  /** Who has it open; bpftool finds that out where the kernel has iterators (5.8). */
  readonly holders: readonly { readonly pid: number; readonly comm: string }[];
}

const HEAD = /^(\d{1,10}): ([a-z][a-z0-9_]{1,40})(?: {2}|$)/;
const NAME = / {2}name (\S{1,64})/;
const FLAGS = / {2}flags 0x([0-9a-f]{1,8})/;
const MEMLOCK = /(?:^| )memlock (\d{1,20})B/;
const MAX_ENTRIES = /(?:^| )max_entries (\d{1,15})/;
const PIDS = /^pids ((?:[^()]{1,64}\(\d{1,10}\)(?:, )?){1,200})/;
const DETAIL =
  /^(?:key|xlated|btf_id|pids|loaded_at|frozen|owner_prog_type|max_entries|memlock|\[)/;

/**
 * `bpftool map show` and `bpftool prog show` (or list), as text or with `-j` or `-p` as JSON.
 *
 *     29: array  name memgen  flags 0x0
 *     	key 4B  value 4096B  max_entries 4096  memlock 16777528B
 *
 * Sizes in bytes. An empty list is an answer: no maps. Throws ParseError when the text is neither.
 *
 * Source: tools/bpf/bpftool/map.c show_map_close_plain, prog.c print_prog_plain, pids.c emit_obj_refs_plain.
 */
export function parseBpftool(text: string): Parsed<readonly BpfObject[]> {
  const start = text.trimStart()[0];
  const json = start === "[" || start === "{" ? fromJson(text) : undefined;
  if (json) return { value: json, skipped: [] };
  return fromText(text);
}

interface Open {
  readonly head: TextLine;
  readonly id: number;
  readonly type: string;
  readonly more: string[];
}

function fromText(text: string): Parsed<readonly BpfObject[]> {
  const open: Open[] = [];
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    const [, id, type] = HEAD.exec(line.text.slice(0, 400)) ?? [];
    const last = open.at(-1);
    if (id && type) open.push({ head: line, id: Number(id), type, more: [] });
    else if (last && DETAIL.test(line.text)) last.more.push(line.text.slice(0, 4_096));
    else noteSkipped(skipped, line);
  }
  if (open.length === 0) throw nothingUsable("bpftool", text);
  return { value: open.map(finish), skipped };
}

function finish({ head, id, type, more }: Open): BpfObject {
  const first = head.text.slice(0, 400);
  const find = (pattern: RegExp) => more.map((line) => pattern.exec(line)?.[1]).find(Boolean);
  const flags = FLAGS.exec(first)?.[1];
  const holders = [...(find(PIDS) ?? "").matchAll(/([^(),]{1,64})\((\d{1,10})\)/g)];
  return {
    line: head.number,
    id,
    type,
    isProgram: more.some((line) => line.startsWith("xlated")) || / {2}tag /.test(first),
    holders: holders.map(([, comm = "", pid]) => ({ comm: comm.trim(), pid: Number(pid) })),
    ...defined({
      name: NAME.exec(first)?.[1],
      flags: flags === undefined ? undefined : Number.parseInt(flags, 16),
      maxEntries: number(find(MAX_ENTRIES)),
      memlock: number(find(MEMLOCK)),
    }),
  };
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

type Json = Readonly<Record<string, unknown>>;

/** A list, or one object when one was asked for; undefined when it is no JSON (or one that was cut). */
function fromJson(text: string): readonly BpfObject[] | undefined {
  const parsed = readJson(text) ?? readJson(`${text.slice(0, text.lastIndexOf("},") + 1)}]`);
  const list: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (list.some((entry) => !isObject(entry) || typeof entry["type"] !== "string")) return undefined;
  const lineOf = lineFinder(text);
  return list.filter(isObject).flatMap((entry) => fromEntry(entry, lineOf) ?? []);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fromEntry(entry: Json, lineOf: () => number): BpfObject | undefined {
  const { id, type, name } = entry;
  const line = lineOf();
  if (typeof id !== "number" || typeof type !== "string" || !Number.isSafeInteger(id))
    return undefined;
  return {
    line,
    id,
    type,
    isProgram: "bytes_xlated" in entry,
    holders: holdersOf(entry["pids"]),
    ...defined({
      name: typeof name === "string" ? name : undefined,
      flags: count(entry["flags"]),
      maxEntries: count(entry["max_entries"]),
      memlock: count(entry["bytes_memlock"]),
    }),
  };
}

function holdersOf(pids: unknown): BpfObject["holders"] {
  const list: readonly unknown[] = Array.isArray(pids) ? pids : [];
  return list
    .filter(isObject)
    .flatMap(({ pid, comm }) =>
      count(pid) !== undefined && typeof comm === "string" ? [{ pid: Number(pid), comm }] : [],
    );
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The line of the next object's id: `-j` prints all on one line, `-p` a line for each value. */
function lineFinder(text: string): () => number {
  let at = 0;
  let line = 1;
  return () => {
    const next = text.indexOf('"id":', at);
    if (next < 0) return line;
    for (let newline = text.indexOf("\n", at); newline >= 0 && newline < next; ) {
      line += 1;
      newline = text.indexOf("\n", newline + 1);
    }
    at = next + 1;
    return line;
  };
}

function defined(
  fields: { readonly [K in keyof BpfObject]?: BpfObject[K] | undefined },
): Partial<BpfObject> {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept);
}
