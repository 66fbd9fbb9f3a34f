import { type Bytes, kibToBytes, pagesToBytes } from "../units";
import { addTotal, type LineReader, reportOf } from "./oom-draft";
import { taskCells } from "./oom-fields";
import type { OomTask } from "./oom-report";

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

export const readRam: LineReader = (line, log) => {
  const { text, number } = line;
  const report = reportOf(log, line);
  const [ram, reserved] = [RAM, RESERVED].map((pattern) => pattern.exec(text)?.[1]);
  if (!report || (!ram && !reserved)) return false;
  const pages = { value: pagesToBytes(Number(ram ?? reserved), log.pageSize), line: number };
  if (ram) report.ram ??= pages;
  else report.reserved ??= pages;
  return true;
};

export const readCounted: LineReader = (line, log) => {
  const { text, number } = line;
  const report = reportOf(log, line);
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
export const readHugepages: LineReader = (line, log) => {
  const { text, number } = line;
  const report = reportOf(log, line);
  const [, total, size] = HUGEPAGES.exec(text) ?? [];
  if (!report || !size) return false;
  const before = report.totals.get("hugetlb");
  const value = (before?.value ?? 0) + Number(total) * kibToBytes(Number(size));
  report.totals.set("hugetlb", { value, line: before?.line ?? number });
  return true;
};

export const readTask: LineReader = (line, log) => {
  const { text, number } = line;
  const report = reportOf(log, line);
  const between = TASK_HEADER.exec(text)?.[1];
  if (report && between) {
    report.taskColumns = between.trim().split(/\s+/);
    return true;
  }
  const [, pid, rss, rest = ""] = TASK.exec(text) ?? [];
  const cells = report && pid ? taskCells(rest, report.taskColumns) : undefined;
  if (!report || !cells) return false;
  report.tasks.push({
    pid: Number(pid),
    comm: cells.name,
    rss: pagesToBytes(Number(rss), log.pageSize),
    line: number,
    ...taskSizes(cells.numbers, log.pageSize),
  });
  return true;
};

/** Columns of the task table that are sizes, in pages but for pgtables_bytes. */
const TASK_SIZES = [
  ["rss_anon", "rssAnon"],
  ["rss_file", "rssFile"],
  ["rss_shmem", "rssShmem"],
  ["swapents", "swap"],
] as const;

function taskSizes(numbers: ReadonlyMap<string, number>, pageSize: Bytes): Partial<OomTask> {
  const sizes = TASK_SIZES.flatMap(([column, field]) => {
    const pages = numbers.get(column);
    return pages === undefined ? [] : [[field, pagesToBytes(pages, pageSize)] as const];
  });
  const tables = numbers.get("pgtables_bytes");
  return {
    ...(Object.fromEntries(sizes) satisfies Partial<OomTask>),
    ...(tables === undefined ? {} : { vmPte: tables }),
  };
}

export const readSlab: LineReader = (line, log) => {
  const { text, number } = line;
  const report = text.endsWith("KB") ? reportOf(log, line) : undefined;
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
