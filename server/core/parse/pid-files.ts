import { type Bytes, kibToBytes, pagesToBytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { CGROUP_ENTRY, memoryCgroupPath, pidLines } from "./pid-lines";
import type { ProcessRow } from "./process";
import { noteSkipped, nothingUsable, readCount, textLines } from "./text-lines";

/** What one file said of one process: each field's values in the order they stood. */
interface FieldsOfPid {
  readonly line: number;
  readonly fields: Map<string, string[]>;
}

const FIELD = /^([A-Za-z_]{1,40}):\s*(.{0,4096})$/;
const SIZE = /^(\d{1,20}) kB$/;
// Heads of the mappings in smaps and smaps_rollup carry no sizes.
const MAPPING = /^[0-9a-f]{4,16}-[0-9a-f]{4,16} /;
const PF_KTHREAD = 0x00200000;
const KTHREADD = 2;

/**
 * `/proc/<pid>/status`, of one process (the file names its pid) or of many with "/proc/1163/status:" before each line.
 *
 *     Name:	nginx
 *     VmRSS:	    6124 kB
 *
 * Sizes in bytes. A kernel thread and a zombie have no Vm fields. Throws ParseError when no field is known.
 *
 * Source: fs/proc/array.c, fs/proc/task_mmu.c task_mem.
 */
export function parsePidStatus(text: string, pid?: number): Parsed<readonly ProcessRow[]> {
  const { byPid, skipped } = collectFields(text, pid ?? pidInStatus(text));
  const value = [...byPid]
    .filter(([, { fields }]) => fields.has("Name") || fields.has("State") || fields.has("VmRSS"))
    .map(([owner, found]) => statusRow(owner, found));
  if (value.length === 0) throw nothingUsable("pid status", text);
  return { value, skipped };
}

/**
 * `/proc/<pid>/smaps_rollup` or, mapping by mapping, `smaps` (added up): rss, pss, swap, locked and huge pages in bytes.
 * swap is the process's full share (Swap) or, where only that is there, the divided one (SwapPss).
 * Throws ParseError when there is neither Rss nor Pss.
 *
 * Source: fs/proc/task_mmu.c __show_smap.
 */
export function parsePidSmapsRollup(text: string, pid?: number): Parsed<readonly ProcessRow[]> {
  const { byPid, skipped } = collectFields(text, pid);
  const value = [...byPid]
    .filter(([, { fields }]) => fields.has("Rss") || fields.has("Pss"))
    .map(([owner, found]) => smapsRow(owner, found));
  if (value.length === 0) throw nothingUsable("smaps_rollup", text);
  return { value, skipped };
}

/**
 * `/proc/<pid>/cgroup`: the memory controller's path (v1), else the unified one ("0::/path").
 *
 *     /proc/1163/cgroup:4:memory:/svc/app
 *
 * Throws ParseError when no line is of this file. Source: kernel/cgroup/cgroup.c proc_cgroup_show.
 */
export function parsePidCgroup(text: string, pid?: number): Parsed<readonly ProcessRow[]> {
  const entriesOf = new Map<number, { line: number; entries: string[] }>();
  const skipped: SkippedLine[] = [];
  for (const { pid: owner, text: entry, line } of pidLines(text, pid, skipped)) {
    if (!CGROUP_ENTRY.test(entry)) {
      noteSkipped(skipped, line);
      continue;
    }
    const known = entriesOf.get(owner);
    if (known) known.entries.push(entry);
    else entriesOf.set(owner, { line: line.number, entries: [entry] });
  }
  if (entriesOf.size === 0) throw nothingUsable("pid cgroup", text);
  const value = [...entriesOf].map(([owner, { line, entries }]) => {
    const cgroup = memoryCgroupPath(entries);
    return { pid: owner, line, ...(cgroup !== undefined && { cgroup }) };
  });
  return { value, skipped };
}

/**
 * `/proc/<pid>/stat` lines, one per process. comm may hold spaces and brackets: it ends at the last ")".
 *
 *     1163 (nginx) T 1162 1162 1162 0 -1 4194624 …
 *
 * rss is printed in pages and given in bytes. Throws ParseError when no line is of this file.
 * Source: fs/proc/array.c do_task_stat; Documentation/filesystems/proc.rst, table 1-4.
 */
export function parsePidStat(text: string, pageSize: Bytes): Parsed<readonly ProcessRow[]> {
  const value: ProcessRow[] = [];
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    const row = statRow(line.text, pageSize);
    if (row) value.push({ ...row, line: line.number });
    else noteSkipped(skipped, line);
  }
  if (value.length === 0) throw nothingUsable("pid stat", text);
  return { value, skipped };
}

/**
 * Command lines: "<pid> <command line>" of the collector, or, with `pid`, one process's file whose
 * arguments end with NUL. A kernel thread's file is empty: no row.
 * Throws ParseError when `pid` is not given and no line begins with one.
 * Source: fs/proc/base.c get_mm_cmdline.
 */
export function parsePidCmdline(text: string, pid?: number): Parsed<readonly ProcessRow[]> {
  if (pid !== undefined) {
    const cmdline = text.replaceAll("\0", " ").trim();
    return { value: cmdline ? [{ pid, line: 1, cmdline }] : [], skipped: [] };
  }
  const value: ProcessRow[] = [];
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    const owner = /^(?:\/proc\/)?(\d{1,10})(?:\/cmdline:|(?!\S))/.exec(line.text);
    const cmdline = line.text
      .slice(owner?.[0].length ?? 0)
      .replaceAll("\0", " ")
      .trim();
    if (!owner) noteSkipped(skipped, line);
    else value.push({ pid: Number(owner[1]), line: line.number, ...(cmdline && { cmdline }) });
  }
  if (value.length === 0) throw nothingUsable("pid cmdline", text);
  return { value, skipped };
}

function collectFields(text: string, pid: number | undefined) {
  const byPid = new Map<number, FieldsOfPid>();
  const skipped: SkippedLine[] = [];
  for (const { pid: owner, text: entry, line } of pidLines(text, pid, skipped)) {
    const [, name, content = ""] = FIELD.exec(entry) ?? [];
    if (!name) {
      if (!MAPPING.test(entry)) noteSkipped(skipped, line);
      continue;
    }
    const known = byPid.get(owner) ?? { line: line.number, fields: new Map<string, string[]>() };
    byPid.set(owner, known);
    const values = known.fields.get(name);
    if (values) values.push(content);
    else known.fields.set(name, [content]);
  }
  return { byPid, skipped };
}

function pidInStatus(text: string): number | undefined {
  const own = /^Pid:[ \t]{0,20}(\d{1,10})/m.exec(text) ?? /^Tgid:[ \t]{0,20}(\d{1,10})/m.exec(text);
  return own ? Number(own[1]) : undefined;
}

const STATUS_SIZES = [
  ["rss", "VmRSS"],
  ["rssAnon", "RssAnon"],
  ["rssFile", "RssFile"],
  ["rssShmem", "RssShmem"],
  ["swap", "VmSwap"],
  ["vmPte", "VmPTE"],
  ["vmLck", "VmLck"],
  ["vmPin", "VmPin"],
  ["hugetlb", "HugetlbPages"],
] as const;

function statusRow(pid: number, { line, fields }: FieldsOfPid): ProcessRow {
  const first = (name: string) => fields.get(name)?.[0];
  const comm = first("Name");
  const state = first("State")?.[0];
  const ppid = readCount(first("PPid"));
  const uid = readCount(first("Uid")?.split(/\s+/)[0]);
  const threads = readCount(first("Threads"));
  const fdSize = readCount(first("FDSize"));
  return {
    pid,
    line,
    ...sizes(fields, STATUS_SIZES),
    ...(comm && { comm }),
    ...(state && { state }),
    ...(ppid !== undefined && { ppid }),
    ...(uid !== undefined && { uid }),
    ...(threads !== undefined && { threads }),
    ...(fdSize !== undefined && { fdSize }),
    ...(isKernelThread(pid, fields) && { isKernelThread: true }),
  };
}

// Kthread: is printed since 6.8; before, a thread of kthreadd that has no memory map is one.
function isKernelThread(pid: number, fields: FieldsOfPid["fields"]): boolean {
  const printed = fields.get("Kthread")?.[0];
  if (printed !== undefined) return printed === "1";
  const ppid = readCount(fields.get("PPid")?.[0]);
  const noMemoryMap = !fields.has("VmSize") && !fields.has("VmRSS");
  return noMemoryMap && (ppid === KTHREADD || (pid === KTHREADD && ppid === 0));
}

const SMAPS_SIZES = [
  ["rss", "Rss"],
  ["pss", "Pss"],
  ["vmLck", "Locked"],
] as const;

function smapsRow(pid: number, { line, fields }: FieldsOfPid): ProcessRow {
  const hugetlb = sumOf(fields, ["Private_Hugetlb", "Shared_Hugetlb"]);
  const swap = sumOf(fields, ["Swap"]) ?? sumOf(fields, ["SwapPss"]);
  return {
    pid,
    line,
    ...sizes(fields, SMAPS_SIZES),
    ...(swap !== undefined && { swap }),
    ...(hugetlb !== undefined && { hugetlb }),
  };
}

type SizeName = "rss" | "pss" | "vmLck" | (typeof STATUS_SIZES)[number][0];

function sizes(
  fields: FieldsOfPid["fields"],
  names: readonly (readonly [SizeName, string])[],
): Partial<Record<SizeName, Bytes>> {
  return Object.fromEntries(
    names.flatMap(([own, printed]) => {
      const size = sumOf(fields, [printed]);
      return size === undefined ? [] : [[own, size]];
    }),
  );
}

/** Bytes of all lines of these fields; undefined when none was printed. */
function sumOf(fields: FieldsOfPid["fields"], names: readonly string[]): Bytes | undefined {
  const printed = names
    .flatMap((name) => fields.get(name) ?? [])
    .flatMap((content) => SIZE.exec(content)?.[1] ?? []);
  if (printed.length === 0) return undefined;
  return printed.reduce((sum, kib) => sum + kibToBytes(Number(kib)), 0);
}

function statRow(text: string, pageSize: Bytes): Omit<ProcessRow, "line"> | undefined {
  const head = /^(?:\/proc\/\d{1,10}\/stat:)?(\d{1,10}) \(/.exec(text);
  const commEnd = text.lastIndexOf(") ");
  if (!head || commEnd < head[0].length) return undefined;
  // Numbered as in proc.rst, less 3: field 3, the state, is first here.
  const fields = text.slice(commEnd + 2, commEnd + 1200).split(" ");
  const [state, ppid] = [fields[0] ?? "", readCount(fields[1])];
  const [flags, threads, rss] = [6, 17, 21].map((index) => readCount(fields[index]));
  if (!/^[A-Za-z]$/.test(state) || ppid === undefined || rss === undefined) return undefined;
  return {
    pid: Number(head[1]),
    comm: text.slice(head[0].length, commEnd),
    state,
    ppid,
    rss: pagesToBytes(rss, pageSize),
    ...(threads !== undefined && { threads }),
    ...(flags !== undefined && (flags & PF_KTHREAD) !== 0 && { isKernelThread: true }),
  };
}
