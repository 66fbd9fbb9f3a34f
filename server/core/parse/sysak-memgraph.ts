import { type Bytes, kibToBytes } from "../units";
import { type Measured, type Parsed, ParseError } from "./parsed";
import type { ProcessRow } from "./process";
import { type TextLine, textLines } from "./text-lines";
import type { ToolTotals } from "./tool-totals";

/** What sysak memgraph says of the machine and of its largest processes. */
export interface Memgraph {
  readonly totals: ToolTotals;
  readonly rows: readonly ProcessRow[];
  /** Locked pages in bytes: process memory or files, memgraph does not say which. */
  readonly mlocked: Bytes;
}

type Numbers = Map<string, Measured>;

/** Keys of the graph; their order and nesting do not matter. */
const NUMBER =
  /["'](total|free|available|anon|filecache|buffers|mlock|huge2M|huge1G|shmem|reserved|SReclaimable|SUnreclaim|KernelStack|PageTables|VmallocUsed|allocPage)["']\s{0,4}:\s{0,4}(\d{1,16})(?![\d.])/g;
const NEEDED = ["total", "free", "anon", "filecache", "SReclaimable", "SUnreclaim", "allocPage"];
// "nginx-1163 Mem : 21956K(RssFile : 8K RssAnon : 15612K Shmem : 6336K)"
const TASK =
  /^(.{1,64}?)-(\d{1,10}) Mem : (\d{1,16})K\(RssFile : (\d{1,16})K RssAnon : (\d{1,16})K Shmem : (\d{1,16})K\)/;
const TASK_KEYS =
  /["'](comm|pid|total_mem|RssFile|RssAnon|RssShmem)["']\s{0,4}:\s{0,4}["']?([^"',{}]{1,64})/g;
const MAX_TEXT = 4 * 1024 * 1024;
const MAX_ROW = 500;

/**
 * `sysak memgraph`, text (a Python dictionary and task lines) or JSON (-j): its kB as bytes under the
 * names of /proc/meminfo. `total` holds memory reserved at boot, which MemTotal does not; `anon` are the
 * lists of anonymous memory, which hold shared memory as well. Throws ParseError without the graph.
 *
 *     {'total': 25180476, 'free': 19157912, …, 'kernel': {'reserved': 496380, …, 'allocPage': 170152}}
 *
 * Source: xiapin/sysak, source/tools/detect/mem/memgraph/memgraph.py.
 */
export function parseMemgraph(text: string): Parsed<Memgraph> {
  const numbers: Numbers = new Map();
  const rows = new Map<number, ProcessRow>();
  for (const line of textLines(text.slice(0, MAX_TEXT))) {
    readNumbers(numbers, line);
    for (const row of readTask(line) ?? readTaskList(line)) {
      if (!rows.has(row.pid)) rows.set(row.pid, row);
    }
  }
  if (NEEDED.some((key) => !numbers.has(key))) {
    throw new ParseError("sysak memgraph: no graph of memory in it");
  }
  const mlocked = numbers.get("mlock")?.value ?? 0;
  return { value: { totals: toTotals(numbers), rows: [...rows.values()], mlocked }, skipped: [] };
}

function readNumbers(numbers: Numbers, line: TextLine): void {
  for (const [, key = "", kib] of line.text.matchAll(NUMBER)) {
    if (!numbers.has(key)) numbers.set(key, { value: kibToBytes(Number(kib)), line: line.number });
  }
}

function readTask(line: TextLine): readonly ProcessRow[] | undefined {
  const [, comm = "", pid, ...sizes] = (line.text.length < MAX_ROW && TASK.exec(line.text)) || [];
  if (pid === undefined) return undefined;
  const [rss = 0, rssFile = 0, rssAnon = 0, rssShmem = 0] = sizes.map((kib) =>
    kibToBytes(Number(kib)),
  );
  return [{ pid: Number(pid), line: line.number, comm, rss, rssFile, rssAnon, rssShmem }];
}

/** `memTop` of the JSON: an object each, whose keys come in any order. */
function readTaskList(line: TextLine): readonly ProcessRow[] {
  if (!line.text.includes("RssAnon")) return [];
  return line.text.split("}").flatMap((part) => {
    const cells = new Map(
      [...part.matchAll(TASK_KEYS)].map(([, key = "", cell = ""]) => [key, cell]),
    );
    const pid = Number(cells.get("pid"));
    const comm = cells.get("comm");
    const size = (key: string): Bytes =>
      kibToBytes(Number.parseInt(cells.get(key) ?? "0", 10) || 0);
    if (!Number.isInteger(pid) || pid <= 0 || comm === undefined || !cells.has("RssAnon"))
      return [];
    const sizes = {
      rssFile: size("RssFile"),
      rssAnon: size("RssAnon"),
      rssShmem: size("RssShmem"),
    };
    return [{ pid, line: line.number, comm, rss: size("total_mem"), ...sizes }];
  });
}

function toTotals(numbers: Numbers): ToolTotals {
  const fields = new Map<string, Measured>();
  const formulas = new Map<string, string>();
  const of = (key: string): Bytes => numbers.get(key)?.value ?? 0;
  const set = (field: string, key: string, value: Bytes, formula?: string): void => {
    const line = numbers.get(key)?.line;
    if (line === undefined) return;
    fields.set(field, { value: Math.max(0, value), line });
    if (formula !== undefined) formulas.set(field, formula);
  };
  set("MemTotal", "total", of("total") - of("reserved"), "total − reserved");
  set("MemFree", "free", of("free"));
  set("MemAvailable", "available", of("available"));
  set("AnonPages", "anon", of("anon") - of("shmem"), "anon − shmem");
  set("Cached", "filecache", of("filecache") + of("shmem"), "filecache + shmem");
  set("Buffers", "buffers", of("buffers"));
  set("Shmem", "shmem", of("shmem"));
  set("Hugetlb", "huge2M", of("huge2M") + of("huge1G"), "huge2M + huge1G");
  for (const field of ["SReclaimable", "SUnreclaim", "KernelStack", "PageTables", "VmallocUsed"]) {
    set(field, field, of(field));
  }
  return { fields, formulas, rounding: 0 };
}
