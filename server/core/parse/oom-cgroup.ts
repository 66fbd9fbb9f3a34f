import { type Bytes, kibToBytes } from "../units";
import type { KernelLogLine } from "./kernel-log-lines";
import { type LineReader, reportOf } from "./oom-draft";
import type { Measured } from "./parsed";

/** The memory cgroup that ran into its own limit, in bytes. */
export interface CgroupOom {
  /** "/kubepods/burstable/pod…"; absent when the log lost the lines that name it. */
  readonly path?: string;
  readonly usage?: Measured;
  /** Absent where there is none ("limit 9007199254740988kB"). */
  readonly limit?: Measured;
  readonly failcnt?: number;
  /** memory.stat of the group as the report prints it, in bytes: anon, file, kernel … (v1: cache, rss …). */
  readonly stat: ReadonlyMap<string, Measured>;
}

/** A CgroupOom while its lines come in. */
export interface CgroupDraft {
  path?: string;
  usage?: Measured;
  limit?: Measured;
  failcnt?: number;
  readonly stat: Map<string, Measured>;
  /** Line of the last number of memory.stat: the block ends with the first other line. */
  statLine?: number;
}

const USAGE = /^memory: usage (\d{1,20})kB, limit (\d{1,20})kB, failcnt (\d{1,20})$/;
const STATS = /^Memory cgroup stats(?: for (\S{1,1000}?))?:(?: (.{1,3000}))?$/;
const KILLED_BY_LIMIT = /^Task in \S{1,1000} killed as a result of limit of (\S{1,1000})$/;
const CONSTRAINT = /^oom-kill:constraint=CONSTRAINT_MEMCG,.{0,2000}?\boom_memcg=([^,]{1,1000})/;
const STAT = /^([a-z][a-z_0-9]{1,40}) (\d{1,20})$/;
const STAT_V1 = /([a-z_]{2,40}):(\d{1,15})KB/g;
/** PAGE_COUNTER_MAX: no limit at all. */
const UNLIMITED: Bytes = 2 ** 62;
/** Counts in memory.stat, among sizes in bytes. */
const IS_COUNT = /^(?:pg|thp_|workingset_|zswp|numa_|swp)/;
/** Lines of other tasks may stand between two numbers. */
const MAX_GAP = 64;

/**
 * What a report says of the group whose limit was hit: mm/memcontrol.c mem_cgroup_print_oom_meminfo
 * (v2 and 5.2+: memory.stat line by line, in bytes; before: one line in KB), mem_cgroup_print_oom_context.
 */
export const readCgroup: LineReader = (line, log) => {
  const report = reportOf(log, line);
  if (!report) return false;
  const { text } = line;
  if (report.cgroup?.statLine !== undefined && readStat(line, report.cgroup)) return true;
  if (!/^(?:memory: usage|Memory cgroup stats|Task in |oom-kill:)/.test(text)) return false;
  const path = (KILLED_BY_LIMIT.exec(text) ?? CONSTRAINT.exec(text))?.[1];
  const usage = USAGE.exec(text);
  const stats = STATS.exec(text);
  if (path === undefined && !usage && !stats) return false;
  report.cgroup ??= { stat: new Map() };
  if (path !== undefined) report.cgroup.path = path;
  if (usage) addUsage(report.cgroup, usage, line.number);
  if (stats) addStats(report.cgroup, stats, line.number);
  return true;
};

function addUsage(cgroup: CgroupDraft, match: RegExpExecArray, line: number): void {
  const [, usage, limit, failcnt] = match.map(Number);
  cgroup.usage ??= { value: kibToBytes(usage ?? 0), line };
  const bytes = kibToBytes(limit ?? 0);
  if (bytes < UNLIMITED) cgroup.limit ??= { value: bytes, line };
  cgroup.failcnt ??= failcnt ?? 0;
}

/** Of a hierarchy the group with the limit comes first, then its children: only the first counts. */
function addStats(cgroup: CgroupDraft, [, path, inline]: RegExpExecArray, line: number): void {
  if (cgroup.stat.size > 0) return;
  if (path !== undefined) cgroup.path ??= path;
  for (const [, name = "", kib] of (inline ?? "").matchAll(STAT_V1)) {
    cgroup.stat.set(name, { value: kibToBytes(Number(kib)), line });
  }
  if (!inline) cgroup.statLine = line;
}

function readStat({ text, number }: KernelLogLine, cgroup: CgroupDraft): boolean {
  if (cgroup.statLine === undefined || number - cgroup.statLine > MAX_GAP) return false;
  const [, name, value] = STAT.exec(text) ?? [];
  if (!name) return false;
  cgroup.statLine = number;
  if (!IS_COUNT.test(name)) cgroup.stat.set(name, { value: Number(value), line: number });
  return true;
}

export function finishCgroup({ statLine: _open, ...cgroup }: CgroupDraft): CgroupOom {
  return cgroup;
}
