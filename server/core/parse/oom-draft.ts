import type { Bytes } from "../units";
import type { SiteTable } from "./allocation-site";
import type { KernelLogLine } from "./kernel-log-lines";
import type { KernelNotices } from "./kernel-notices";
import type { CgroupDraft } from "./oom-cgroup";
import type { MemoryLines } from "./oom-fields";
import type { OomReport } from "./oom-report";
import type { Measured } from "./parsed";

/** A memory report while its lines come in. */
export interface Draft extends MemoryLines {
  readonly line: number;
  trigger?: string;
  ram?: Measured;
  reserved?: Measured;
  /** lowmem_reserve[] below the first zone. */
  lowestReserve?: readonly number[];
  killed?: OomReport["killed"];
  cgroup?: CgroupDraft;
  /** Number columns between rss and name in the task table. */
  taskColumns?: readonly string[];
  readonly tasks: OomReport["tasks"][number][];
  readonly slabs: OomReport["slabs"][number][];
  readonly sites: SiteTable["sites"][number][];
}

/** A whole log while it is read. */
export interface Log {
  readonly pageSize: Bytes;
  readonly reports: Draft[];
  readonly notices: KernelNotices;
  /** The report that each source (host and printing task) is in: two may print at the same time. */
  readonly open: Map<string, Draft>;
  /** Where the rest of a list of sizes goes that a mail program broke into lines. */
  wrapped?: {
    line: number;
    readonly add: (name: string, bytes: Bytes) => void;
    readonly unit: "kB" | "";
  };
}

/** Takes a line into the log, or leaves it to the next reader. */
export type LineReader = (line: KernelLogLine, log: Log) => boolean;

export function startReport(log: Log, line: KernelLogLine): Draft {
  const report: Draft = {
    line: line.number,
    totals: new Map(),
    nodes: [],
    zones: [],
    tasks: [],
    slabs: [],
    sites: [],
  };
  log.reports.push(report);
  log.open.set(line.source, report);
  return report;
}

/** The report that the line belongs to; the last one where its source has none. */
export function reportOf(log: Log, line: KernelLogLine): Draft | undefined {
  return log.open.get(line.source) ?? log.reports.at(-1);
}

export function openReport(log: Log, line: KernelLogLine): Draft {
  return reportOf(log, line) ?? startReport(log, line);
}

export function hasMemory({ totals, nodes, zones }: Draft): boolean {
  return totals.size > 0 || nodes.length > 0 || zones.length > 0;
}

export function addTotal(report: Draft, name: string, value: Measured): void {
  if (!report.totals.has(name)) report.totals.set(name, value);
}
