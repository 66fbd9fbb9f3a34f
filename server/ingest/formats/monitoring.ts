import { parseCadvisor } from "../../core/parse/cadvisor";
import { type NodeMetrics, parseNodeExporter } from "../../core/parse/node-exporter";
import type { Measured } from "../../core/parse/parsed";
import type { DerivedMeminfo } from "../../core/snapshot";
import { choosePageSize } from "../node-facts";
import type { Draft } from "./draft";
import type { Format, TextFile } from "./format";

const DOUBTS: DerivedMeminfo["doubts"] = [
  {
    bytes: 0,
    why: "no /proc/meminfo: its fields are those of one node_exporter scrape, which shows neither per-CPU lists nor who holds a socket",
  },
];
/** A whole scrape begins with the exporter's own series; a paste may be a few lines without comments. */
const EXPOSITION =
  /^# TYPE [a-zA-Z_:][\w:]* (?:counter|gauge|histogram|summary|untyped|unknown|info)\s*$/m;
const NODE_SERIES =
  /^(?:node_(?:memory_[A-Z]|vmstat_|sockstat_|slabinfo_|netstat_|buddyinfo_)\w+|node_uname_info)[ {\t]/m;
const CONTAINER_SERIES = /^container_(?:memory_|spec_memory_)\w+\{/m;

function enterMetrics(draft: Draft, file: TextFile): boolean {
  const isNode = NODE_SERIES.test(file.text) && enterNodeExporter(draft, file);
  const isContainers = CONTAINER_SERIES.test(file.text) && enterCadvisor(draft, file);
  if (isNode || isContainers) return true;
  draft.cannotRead(file.name, "metrics without the series of node_exporter or cAdvisor");
  return false;
}

function enterCadvisor(draft: Draft, file: TextFile): boolean {
  const groups = draft.read(file, parseCadvisor);
  if (groups) draft.single.cgroupMemory ??= groups;
  return groups !== undefined;
}

/** Page size first: uname names the architecture. Slabs are counted in pages. */
function enterNodeExporter(draft: Draft, file: TextFile): boolean {
  const source = draft.read(file, (text) => parseNodeExporter(text, draft.pageSize));
  if (!source) return false;
  const { arch } = source.value.facts;
  enterFacts(draft, source.value.facts);
  const pageSize = arch === undefined ? draft.pageSize : choosePageSize(draft.facts, undefined);
  const metrics = pageSize === draft.pageSize ? source.value : scaled(draft, file, pageSize);
  enterCounters(draft, file.name, metrics);
  enterTables(draft, file.name, metrics);
  return true;
}

function scaled(draft: Draft, file: TextFile, pageSize: number): NodeMetrics {
  draft.pageSize = pageSize;
  return parseNodeExporter(file.text, pageSize).value;
}

function enterFacts({ facts }: Draft, from: NodeMetrics["facts"]): void {
  const { hostname, kernel, arch, os, cpus, atMs, bootSeconds } = from;
  if (hostname !== undefined) facts.hostname ??= hostname;
  if (kernel !== undefined) facts.kernel ??= kernel;
  if (arch !== undefined) facts.arch ??= arch;
  if (os !== undefined) facts.os ??= os;
  if (cpus !== undefined) facts.cpus ??= cpus;
  if (atMs === undefined || !(atMs > 0 && atMs < 8.64e15)) return;
  facts.date ??= `${new Date(atMs).toISOString().slice(0, 19)}Z`;
  const uptime = bootSeconds === undefined ? -1 : Math.round(atMs / 1000 - bootSeconds);
  if (uptime >= 0) facts.uptimeSeconds ??= uptime;
}

function enterCounters(draft: Draft, file: string, metrics: NodeMetrics): void {
  const { single, lists } = draft;
  const { meminfo, numaMeminfo, vmstat, sockstat, sockstat6, netCounters } = metrics;
  if (meminfo.size > 0) {
    const derived: DerivedMeminfo = { via: "node-exporter", formulas: new Map(), doubts: DOUBTS };
    lists.otherTotals.push({ file, value: meminfo, derived });
  }
  if (numaMeminfo.size > 0) lists.numaMeminfo.push({ file, value: numaMeminfo });
  if (vmstat.size > 0) single.vmstat ??= { file, value: vmstat };
  if (sockstat.size > 0) single.sockstat ??= { file, value: sockstat };
  if (sockstat6.size > 0) single.sockstat6 ??= { file, value: sockstat6 };
  if (netCounters.size > 0) lists.netCounters.push({ file, value: netCounters });
}

function enterTables(draft: Draft, file: string, metrics: NodeMetrics): void {
  const { buddyinfo, slab, sysctl, arcstats } = metrics;
  if (buddyinfo.length > 0) draft.single.buddyinfo ??= { file, value: buddyinfo };
  if (slab.length > 0)
    draft.single.slab ??= { file, value: slab, via: "slabinfo", isComplete: true };
  if (sysctl.size > 0) draft.lists.sysctl.push({ file, value: sysctl });
  if (arcstats.size > 0) {
    const text = asArcstats(arcstats);
    if (!draft.smallFiles.has(ARCSTATS)) draft.smallFiles.set(ARCSTATS, { file, text });
  }
}

const ARCSTATS = "proc/spl/kstat/zfs/arcstats";

/** The kernel's "name type data" rows, each on the line of its metric, so that evidence quotes that one. */
function asArcstats(arcstats: ReadonlyMap<string, Measured>): string {
  const lines: string[] = [];
  for (const [name, { value, line }] of arcstats) lines[line - 1] = `${name} 4 ${value}`;
  return Array.from(lines, (line) => line ?? "").join("\n");
}

/** Scrapes of exporters. */
export const MONITORING_FORMATS: readonly Format[] = [
  {
    id: "node-exporter",
    names: ["metrics", "node_exporter", "node-exporter", "metrics.openmetrics", "cadvisor"],
    starts: ["node_exporter", "node-exporter"],
    looksLike: (head) =>
      EXPOSITION.test(head) || NODE_SERIES.test(head) || CONTAINER_SERIES.test(head),
    take: "all",
    enter: enterMetrics,
  },
];
