import { type Bytes, kibToBytes, pagesToBytes } from "../units";
import { type KernelLogLine, kernelLogLines } from "./kernel-log-lines";
import {
  estimateManaged,
  type MemoryLines,
  managedMemory,
  mergeMemoryLines,
  printedPageSize,
  readLowmemReserve,
  readNodeOrZone,
  readPageTotals,
  taskName,
} from "./oom-fields";
import type { Measured, Parsed } from "./parsed";
import { nothingUsable } from "./text-lines";

/** One memory report of a kernel log (OOM kill or failed allocation), in bytes where the kernel prints pages or kB. */
export interface OomReport {
  readonly line: number;
  /** "nginx invoked oom-killer …" or "page allocation failure: order:5". */
  readonly trigger?: string;
  /**
   * Node-wide numbers: active_anon, inactive_anon, slab_reclaimable, slab_unreclaimable, pagetables, free, free_pcp, … in bytes;
   * before 2.6.28 active, inactive and slab. Also hugetlb, pagecache, swap_cache, swap_free, swap_total.
   * Empty for the report of a memory cgroup's own limit.
   */
  readonly totals: ReadonlyMap<string, Measured>;
  /** "N pages RAM" − "N pages reserved", or the sum of zones' managed: (before 3.9 present:), in bytes. */
  readonly managed?: Measured;
  /** Where an excerpt leaves `managed` unknown: by the lowest zone's reserve, about 0.5 % exact. */
  readonly managedEstimate?: Measured;
  readonly tasks: readonly {
    readonly pid: number;
    readonly comm: string;
    readonly rss: Bytes;
    readonly line: number;
  }[];
  readonly slabs: readonly {
    readonly name: string;
    readonly used: Bytes;
    readonly total: Bytes;
    readonly line: number;
  }[];
  readonly killed?: { readonly pid: number; readonly comm: string; readonly line: number };
}

export interface KernelLog {
  /** Oldest first. */
  readonly oom: readonly OomReport[];
  /** Lines that matter to a verdict: "too many orphaned sockets", "out of memory -- consider tuning tcp_mem", balloon, page_pool stalls, hung tasks. */
  readonly notices: readonly { readonly line: number; readonly text: string }[];
}

interface Draft extends MemoryLines {
  readonly line: number;
  trigger?: string;
  ram?: Measured;
  reserved?: Measured;
  /** lowmem_reserve[] below the first zone. */
  lowestReserve?: readonly number[];
  killed?: OomReport["killed"];
  /** Number columns between rss and name in the task table. */
  taskColumns?: number;
  readonly tasks: OomReport["tasks"][number][];
  readonly slabs: OomReport["slabs"][number][];
}

interface Log {
  readonly pageSize: Bytes;
  readonly reports: Draft[];
  readonly notices: KernelLog["notices"][number][];
}

/** Takes a line into the log, or leaves it to the next reader. */
type LineReader = (line: KernelLogLine, log: Log) => boolean;

const TRIGGER =
  /^(?:.{1,64} invoked oom-killer: |oom-killer: gfp_mask=|.{0,64}: page allocation failure[.:] order:\d)/;
const RAM = /^(\d{1,15}) pages (?:of )?RAM$/i;
const RESERVED = /^(\d{1,15}) (?:pages reserved|reserved pages)$/;
const COUNTED: readonly (readonly [string, RegExp])[] = [
  ["pagecache", /^(\d{1,15}) total pagecache pages$/],
  ["swap_cache", /^(\d{1,15}) pages in swap cache$/],
  ["swap_free", /^Free swap {1,2}= (\d{1,15})kB$/],
  ["swap_total", /^Total swap = (\d{1,15})kB$/],
];
const HUGEPAGES =
  /^Node \d{1,5} hugepages_total=(\d{1,12}) hugepages_free=\d{1,12} hugepages_surp=\d{1,12} hugepages_size=(\d{1,12})kB$/;
const TASK_HEADER = /^\[ {1,4}pid {1,4}\] .{1,200}\brss\b(.{1,160})\bname$/;
// pid, uid, tgid, total_vm, rss: in this order in every version.
const TASK = /^\[ {0,8}(\d{1,10})\] +\d{1,10} +\d{1,10} +\d{1,15} +(\d{1,15}) +(\S.{0,200})$/;
const SLAB = /^(\S.{0,60}?) +(\d{1,12})KB +(\d{1,12})KB$/;
const KILLED = /\bKill(?:ed)? process (\d{1,10}),? (?:UID \d{1,10}, )?\((.{1,64}?)\)/i;
const NOTICE =
  /too many orphaned sockets|out of socket memory|consider tuning tcp_mem|balloon|page_pool.{0,80}stalled|blocked for more than \d{1,6} seconds|kmemleak: \d|SL[AU]B: Unable to allocate|nf_conntrack: table full/i;
const MAX_LINE = 4096;
const MAX_NOTICES = 500;
const MAX_QUOTE = 400;

/**
 * dmesg, journal, syslog, netconsole: memory reports of kernels 2.6 to 6.x and lines worth a notice.
 * `pageSize` converts page counts where no report shows it. A log that has neither gives empty lists; only empty text is a ParseError.
 *
 *     nfsd invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
 *     Mem-Info:
 *     active_anon:101 inactive_anon:127 isolated_anon:29
 *     Normal free:29116kB boost:18432kB … managed:1011988kB …
 *     [    209]     0   209     5140      320 …  systemd-udevd
 *
 * Source: mm/show_mem.c (before 6.4 mm/page_alloc.c) show_free_areas, mm/oom_kill.c dump_tasks, mm/slab_common.c
 * dump_unreclaimable_slab.
 */
export function parseKernelLog(text: string, pageSize: Bytes): Parsed<KernelLog> {
  const log: Log = { pageSize: printedPageSize(text) ?? pageSize, reports: [], notices: [] };
  let isEmpty = true;
  for (const line of kernelLogLines(text)) {
    isEmpty = false;
    if (line.text.length <= MAX_LINE) READERS.some((read) => read(line, log));
  }
  if (isEmpty) throw nothingUsable("kernel log", text);
  return {
    value: { oom: log.reports.map((draft) => finish(draft, log.pageSize)), notices: log.notices },
    skipped: [],
  };
}

const readTrigger: LineReader = ({ text, number }, log) => {
  if (!/oom-killer: |page allocation failure/.test(text) || !TRIGGER.test(text)) return false;
  startReport(log, number).trigger = text.slice(0, MAX_QUOTE);
  return true;
};

// After a lost trigger (the ring buffer wrapped), or a second dump without one.
const readMemInfoHead: LineReader = ({ text, number }, log) => {
  if (text !== "Mem-Info:") return false;
  const open = log.reports.at(-1);
  if (!open || hasMemory(open)) startReport(log, number);
  return true;
};

const readTotals: LineReader = ({ text, number }, log) => {
  const totals = readPageTotals(text, log.pageSize);
  if (!totals) return false;
  const report = openReport(log, number);
  for (const [name, value] of totals) addTotal(report, name, { value, line: number });
  return true;
};

const readNodeAndZone: LineReader = ({ text, number }, log) => {
  const found = readNodeOrZone(text);
  if (!found) return false;
  openReport(log, number)[found.kind].push({ line: number, sizes: found.sizes });
  return true;
};

const readReserve: LineReader = ({ text }, log) => {
  const reserve = readLowmemReserve(text);
  const report = log.reports.at(-1);
  if (!reserve || !report) return false;
  if (report.zones.length === 1) report.lowestReserve ??= reserve;
  return true;
};

const readRam: LineReader = ({ text, number }, log) => {
  const report = log.reports.at(-1);
  const [ram, reserved] = [RAM, RESERVED].map((pattern) => pattern.exec(text)?.[1]);
  if (!report || (!ram && !reserved)) return false;
  const pages = { value: pagesToBytes(Number(ram ?? reserved), log.pageSize), line: number };
  if (ram) report.ram ??= pages;
  else report.reserved ??= pages;
  return true;
};

const readCounted: LineReader = ({ text, number }, log) => {
  const report = log.reports.at(-1);
  if (!report) return false;
  for (const [name, pattern] of COUNTED) {
    const count = pattern.exec(text)?.[1];
    if (!count) continue;
    const isKib = name.startsWith("swap_") && name !== "swap_cache";
    const value = isKib ? kibToBytes(Number(count)) : pagesToBytes(Number(count), log.pageSize);
    addTotal(report, name, { value, line: number });
    return true;
  }
  return false;
};

// One line per node and page size: they add up.
const readHugepages: LineReader = ({ text, number }, log) => {
  const report = log.reports.at(-1);
  const [, total, size] = HUGEPAGES.exec(text) ?? [];
  if (!report || !size) return false;
  const before = report.totals.get("hugetlb");
  const value = (before?.value ?? 0) + Number(total) * kibToBytes(Number(size));
  report.totals.set("hugetlb", { value, line: before?.line ?? number });
  return true;
};

const readTask: LineReader = ({ text, number }, log) => {
  const report = log.reports.at(-1);
  const between = TASK_HEADER.exec(text)?.[1];
  if (report && between) {
    report.taskColumns = between.trim().split(/\s+/).length;
    return true;
  }
  const [, pid, rss, rest = ""] = TASK.exec(text) ?? [];
  const comm = pid && taskName(rest, report?.taskColumns);
  if (!report || !comm) return false;
  report.tasks.push({
    pid: Number(pid),
    comm,
    rss: pagesToBytes(Number(rss), log.pageSize),
    line: number,
  });
  return true;
};

const readSlab: LineReader = ({ text, number }, log) => {
  const report = text.endsWith("KB") ? log.reports.at(-1) : undefined;
  const [, name, used, total] = report ? (SLAB.exec(text) ?? []) : [];
  if (!report || !name) return false;
  report.slabs.push({
    name,
    used: kibToBytes(Number(used)),
    total: kibToBytes(Number(total)),
    line: number,
  });
  return true;
};

const readKilled: LineReader = ({ text, number, raw }, log) => {
  const [, pid, comm] = KILLED.exec(text) ?? [];
  if (!comm) return false;
  const report = log.reports.at(-1);
  if (report) report.killed ??= { pid: Number(pid), comm, line: number };
  else addNotice(log, number, raw);
  return true;
};

const readNotice: LineReader = ({ text, number, raw }, log) => {
  if (!NOTICE.test(text)) return false;
  addNotice(log, number, raw);
  return true;
};

const READERS: readonly LineReader[] = [
  readTrigger,
  readMemInfoHead,
  readTotals,
  readNodeAndZone,
  readReserve,
  readRam,
  readCounted,
  readHugepages,
  readTask,
  readSlab,
  readKilled,
  readNotice,
];

function startReport(log: Log, line: number): Draft {
  const report: Draft = { line, totals: new Map(), nodes: [], zones: [], tasks: [], slabs: [] };
  log.reports.push(report);
  return report;
}

function openReport(log: Log, line: number): Draft {
  return log.reports.at(-1) ?? startReport(log, line);
}

function hasMemory({ totals, nodes, zones }: Draft): boolean {
  return totals.size > 0 || nodes.length > 0 || zones.length > 0;
}

function addTotal(report: Draft, name: string, value: Measured): void {
  if (!report.totals.has(name)) report.totals.set(name, value);
}

function addNotice(log: Log, line: number, raw: string): void {
  if (log.notices.length < MAX_NOTICES) {
    log.notices.push({ line, text: raw.trim().slice(0, MAX_QUOTE) });
  }
}

function finish(draft: Draft, pageSize: Bytes): OomReport {
  const totals = mergeMemoryLines(draft);
  const managed = managedMemory({ ...draft, totals });
  const managedEstimate = managed ? undefined : estimateManaged({ ...draft, totals }, pageSize);
  const { line, trigger, killed, tasks, slabs } = draft;
  return {
    line,
    totals,
    tasks,
    slabs,
    ...(trigger !== undefined && { trigger }),
    ...(killed && { killed }),
    ...(managed && { managed }),
    ...(managedEstimate && { managedEstimate }),
  };
}
