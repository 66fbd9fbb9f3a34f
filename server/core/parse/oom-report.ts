import type { Bytes } from "../units";
import type { SiteTable } from "./allocation-site";
import { kernelLogLines } from "./kernel-log-lines";
import { type LogOrigin, OriginReader } from "./kernel-log-origin";
import { type KernelNotice, KernelNotices } from "./kernel-notices";
import { type CgroupOom, finishCgroup, readCgroup } from "./oom-cgroup";
import {
  addTotal,
  type Draft,
  hasMemory,
  type LineReader,
  type Log,
  openReport,
  reportOf,
  startReport,
} from "./oom-draft";
import {
  estimateManaged,
  managedMemory,
  mergeMemoryLines,
  printedPageSize,
  readLowmemReserve,
  readNodeOrZone,
  readPageTotals,
  readWrappedSizes,
} from "./oom-fields";
import { readSite } from "./oom-sites";
import { readCounted, readHugepages, readRam, readSlab, readTask } from "./oom-tail";
import type { Measured, Parsed } from "./parsed";
import { nothingUsable } from "./text-lines";

/** A row of the task table, in bytes. What the kernel's version does not print is absent. */
export interface OomTask {
  readonly pid: number;
  readonly comm: string;
  readonly rss: Bytes;
  readonly rssAnon?: Bytes;
  readonly rssFile?: Bytes;
  readonly rssShmem?: Bytes;
  readonly swap?: Bytes;
  /** Page tables (pgtables_bytes, 4.20+). */
  readonly vmPte?: Bytes;
  readonly line: number;
}

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
  readonly tasks: readonly OomTask[];
  readonly slabs: readonly {
    readonly name: string;
    readonly used: Bytes;
    readonly total: Bytes;
    readonly line: number;
  }[];
  readonly killed?: { readonly pid: number; readonly comm: string; readonly line: number };
  /** The group whose own limit was hit; then the report has no totals of the node. */
  readonly cgroup?: CgroupOom;
  /** "Memory allocations:" (6.10+, allocation profiling on): the ten largest call sites. */
  readonly sites: SiteTable["sites"];
}

export interface KernelLog extends LogOrigin {
  /** Oldest first. */
  readonly oom: readonly OomReport[];
  /** Lines that rules look for, raw, in the log's order: kernel-notices.ts has the kinds. */
  readonly notices: readonly KernelNotice[];
}

const MAY_TRIGGER = /oom-killer:|allocation failure|allocation stalls|vmalloc error|Show Memory/;
const TRIGGER =
  /^(?:.{1,64} invoked oom-killer:(?: |$)|oom-killer: gfp_mask=|.{0,64}: page allocation (?:failure[.:] order:\d|stalls for )|.{0,64}: vmalloc (?:error: size|: allocation failure)|vmalloc: allocation failure|sysrq ?: Show Memory)/i;
const KILLED = /\bKill(?:ed)? process (\d{1,10}),? (?:UID \d{1,10}, )?\((.{1,64}?)\)/i;
const MAX_LINE = 4096;
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
  const log: Log = {
    pageSize: printedPageSize(text) ?? pageSize,
    reports: [],
    notices: new KernelNotices(),
    open: new Map(),
  };
  const origin = new OriginReader();
  let isEmpty = true;
  for (const line of kernelLogLines(text)) {
    isEmpty = false;
    origin.see(line);
    if (line.text.length <= MAX_LINE) READERS.some((read) => read(line, log));
  }
  if (isEmpty) throw nothingUsable("kernel log", text);
  return {
    value: {
      ...origin.result(),
      oom: log.reports.map((draft) => finish(draft, log.pageSize)),
      notices: log.notices.all(),
    },
    skipped: [],
  };
}

const readTrigger: LineReader = (line, log) => {
  const { text } = line;
  if (!MAY_TRIGGER.test(text) || !TRIGGER.test(text)) return false;
  startReport(log, line).trigger = text.slice(0, MAX_QUOTE);
  // A failed allocation is worth a notice too: its report may be cut short.
  log.notices.take(line);
  return true;
};

// After a lost trigger (the ring buffer wrapped), or a second dump without one.
const readMemInfoHead: LineReader = (line, log) => {
  if (line.text.toLowerCase() !== "mem-info:") return false;
  const open = reportOf(log, line);
  if (!open || hasMemory(open)) startReport(log, line);
  return true;
};

const readTotals: LineReader = (line, log) => {
  const totals = readPageTotals(line.text, log.pageSize);
  if (!totals) return false;
  const report = openReport(log, line);
  const add = (name: string, value: Bytes) => addTotal(report, name, { value, line: line.number });
  for (const [name, value] of totals) add(name, value);
  log.wrapped = { line: line.number, unit: "", add };
  return true;
};

const readNodeAndZone: LineReader = (line, log) => {
  const found = readNodeOrZone(line.text);
  if (!found) return false;
  const sizes = new Map(found.sizes);
  openReport(log, line)[found.kind].push({ line: line.number, sizes });
  log.wrapped = { line: line.number, unit: "kB", add: (name, bytes) => sizes.set(name, bytes) };
  return true;
};

/** Mail programs break long lines at a blank: what follows belongs to the line before. */
const readWrapped: LineReader = (line, log) => {
  const { wrapped } = log;
  if (!wrapped || line.number !== wrapped.line + 1) return false;
  const sizes = readWrappedSizes(line.text, wrapped.unit, log.pageSize);
  if (!sizes) {
    // Noise between the halves; anything with a number in it ends the line for good.
    if (!/\d/.test(line.text)) wrapped.line = line.number;
    return false;
  }
  for (const [name, bytes] of sizes) wrapped.add(name, bytes);
  wrapped.line = line.number;
  return true;
};

const readReserve: LineReader = (line, log) => {
  const reserve = readLowmemReserve(line.text);
  const report = reportOf(log, line);
  if (!reserve || !report) return false;
  if (report.zones.length === 1) report.lowestReserve ??= reserve;
  return true;
};

/** The first victim is the report's; later ones belong to reports that the log lost. */
const readKilled: LineReader = (line, log) => {
  const [, pid, comm] = /kill/i.test(line.text) ? (KILLED.exec(line.text) ?? []) : [];
  if (!comm) return false;
  const report = reportOf(log, line);
  const isSame = report?.killed?.pid === Number(pid);
  if (report && !report.killed) report.killed = { pid: Number(pid), comm, line: line.number };
  else if (!isSame) log.notices.take(line);
  return true;
};

const readNotice: LineReader = (line, log) => log.notices.take(line);

const READERS: readonly LineReader[] = [
  readTrigger,
  readMemInfoHead,
  readTotals,
  readNodeAndZone,
  readWrapped,
  readCgroup,
  readSite,
  readReserve,
  readRam,
  readCounted,
  readHugepages,
  readTask,
  readSlab,
  readKilled,
  readNotice,
];

function finish(draft: Draft, pageSize: Bytes): OomReport {
  const totals = mergeMemoryLines(draft);
  const managed = managedMemory({ ...draft, totals });
  const managedEstimate = managed ? undefined : estimateManaged({ ...draft, totals }, pageSize);
  const { line, trigger, killed, tasks, slabs, sites, cgroup } = draft;
  return {
    line,
    totals,
    tasks,
    slabs,
    sites,
    ...(cgroup && { cgroup: finishCgroup(cgroup) }),
    ...(trigger !== undefined && { trigger }),
    ...(killed && { killed }),
    ...(managed && { managed }),
    ...(managedEstimate && { managedEstimate }),
  };
}
