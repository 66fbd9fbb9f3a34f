import type { Bytes } from "../units";
import type { BuddyZone } from "./buddyinfo";
import type { Meminfo } from "./meminfo";
import type { NetCounters } from "./net-counters";
import type { NumaMeminfo } from "./numa-meminfo";
import { type Measured, type Parsed, ParseError, type SkippedLine } from "./parsed";
import { type Sample, samplesOf } from "./prometheus";
import type { SlabCache } from "./slabinfo";
import type { Sockstat } from "./sockstat";
import { nothingUsable } from "./text-lines";
import type { Vmstat } from "./vmstat";

/** The files of /proc that a node_exporter scrape holds, each as its own parser would give it. */
export interface NodeMetrics {
  /** Fields of /proc/meminfo by the kernel's names; bytes, HugePages_* counts. */
  readonly meminfo: Meminfo;
  readonly numaMeminfo: NumaMeminfo;
  readonly vmstat: Vmstat;
  readonly sockstat: Sockstat;
  readonly sockstat6: Sockstat;
  readonly netCounters: NetCounters;
  readonly buddyinfo: readonly BuddyZone[];
  readonly slab: readonly SlabCache[];
  /** ZFS: names of arcstats → value. */
  readonly arcstats: ReadonlyMap<string, Measured>;
  /** Names of sysctl → value. */
  readonly sysctl: ReadonlyMap<string, { readonly value: string; readonly line: number }>;
  readonly facts: NodeMetricsFacts;
}

interface NodeMetricsFacts {
  readonly hostname?: string;
  readonly kernel?: string;
  readonly arch?: string;
  readonly os?: string;
  readonly cpus?: number;
  /** Milliseconds since 1970. */
  readonly atMs?: number;
  readonly bootSeconds?: number;
}

/** A metric's family → where it goes. The rest of its name is the field. */
type Enter = (reading: Reading, rest: string, sample: Sample) => void;

interface Reading {
  readonly meminfo: Map<string, Measured>;
  readonly numa: Map<number, Map<string, Measured>>;
  readonly vmstat: Map<string, Measured>;
  readonly sockstat: Map<string, Measured>;
  readonly sockstat6: Map<string, Measured>;
  readonly net: Map<string, Measured>;
  readonly buddy: Map<string, Map<number, Measured>>;
  readonly slab: Map<string, Map<string, Measured>>;
  readonly arcstats: Map<string, Measured>;
  readonly sysctl: Map<string, { value: string; line: number }>;
  readonly cpus: Set<string>;
  readonly facts: { -readonly [K in keyof NodeMetricsFacts]: NodeMetricsFacts[K] };
  /** Latest time seen of each series, where the lines have times. */
  readonly times: Map<string, number>;
}

/** Longest first where one begins like another. */
const FAMILIES: readonly (readonly [prefix: string, enter: Enter])[] = [
  ["node_memory_numa_", enterNuma],
  ["node_memory_", enterMeminfo],
  ["node_vmstat_", (reading, rest, sample) => keep(reading.vmstat, rest, sample)],
  ["node_sockstat_", enterSockstat],
  ["node_netstat_", (reading, rest, sample) => keep(reading.net, rest.replace("_", "."), sample)],
  ["node_slabinfo_", enterSlab],
  ["node_buddyinfo_blocks", enterBuddy],
  ["node_zfs_arc_", (reading, rest, sample) => keep(reading.arcstats, rest, sample)],
  ["node_nf_conntrack_entries", enterConntrack],
  ["node_filefd_", (reading, rest, sample) => keepSysctl(reading, `fs.file-${rest}`, sample)],
  ["node_cpu", (reading, _rest, { labels }) => void reading.cpus.add(labels.get("cpu") ?? "")],
  ["node_uname_info", enterUname],
  ["node_os_info", enterOs],
  ["node_time", enterTime],
  ["node_boot_time", enterBoot],
];
const MAX_NUMA_NODE = 1024;
const MAX_ORDER = 64;

/**
 * A scrape of node_exporter (or the same series out of a Prometheus dump): the numbers of /proc that
 * its collectors took over, under the kernel's own names. pageSize turns slabs into bytes; without
 * `node_slabinfo_*` it is not needed. With times on the lines the latest sample of a series stands.
 *
 *     node_memory_MemTotal_bytes 2.5276514304e+10
 *
 * node_exporter exports neither the per-CPU lists of zoneinfo, nor vmallocinfo, nor who holds a
 * socket. Before 0.16 sizes had no `_bytes`. Throws ParseError without any of the series.
 *
 * Source: github.com/prometheus/node_exporter, collector/meminfo_linux.go and its neighbours.
 */
export function parseNodeExporter(text: string, pageSize: Bytes): Parsed<NodeMetrics> {
  const skipped: SkippedLine[] = [];
  const reading = newReading();
  let taken = 0;
  for (const sample of samplesOf(text, skipped)) taken += Number(take(reading, sample));
  if (taken === 0) {
    if (skipped.length > 0) throw nothingUsable("node_exporter", text);
    throw new ParseError("node_exporter: no node_ series in these metrics");
  }
  return { value: close(reading, pageSize), skipped };
}

function newReading(): Reading {
  return {
    ...{ meminfo: new Map(), numa: new Map(), vmstat: new Map(), sockstat: new Map() },
    ...{ sockstat6: new Map(), net: new Map(), buddy: new Map(), slab: new Map() },
    ...{ arcstats: new Map(), sysctl: new Map(), cpus: new Set(), facts: {}, times: new Map() },
  };
}

function take(reading: Reading, sample: Sample): boolean {
  const family = FAMILIES.find(([prefix]) => sample.name.startsWith(prefix));
  if (!family || isOlder(reading, sample)) return false;
  family[1](reading, sample.name.slice(family[0].length), sample);
  return true;
}

/** A dump holds many scrapes of one series, in any order. */
function isOlder({ times, facts }: Reading, { name, labels, atMs }: Sample): boolean {
  if (atMs === undefined) return false;
  const key = `${name} ${[...labels.values()].join(" ")}`;
  if ((times.get(key) ?? Number.NEGATIVE_INFINITY) > atMs) return true;
  times.set(key, atMs);
  facts.atMs = Math.max(facts.atMs ?? atMs, atMs);
  return false;
}

function keep(into: Map<string, Measured>, name: string, { value, line }: Sample): void {
  into.set(name, { value, line });
}

function keepSysctl({ sysctl }: Reading, name: string, { value, line }: Sample): void {
  sysctl.set(name, { value: String(value), line });
}

// Names of kubelet's own, such as node_memory_working_set_bytes, begin with a small letter.
const FIELD = /^[A-Z]\w{0,63}$/;

function enterMeminfo(reading: Reading, rest: string, sample: Sample): void {
  const field = fieldName(rest);
  if (field !== undefined) keep(reading.meminfo, field, sample);
}

/** Active_anon_bytes → Active(anon). */
function fieldName(rest: string): string | undefined {
  if (!FIELD.test(rest)) return undefined;
  return rest.replace(/_bytes$/, "").replace(/^(Active|Inactive)_(anon|file)$/, "$1($2)");
}

function enterNuma(reading: Reading, rest: string, sample: Sample): void {
  const numaNode = Number(sample.labels.get("node") ?? Number.NaN);
  const field = fieldName(rest);
  if (field === undefined || !(numaNode >= 0 && numaNode < MAX_NUMA_NODE)) return;
  const fields = reading.numa.get(numaNode) ?? new Map<string, Measured>();
  reading.numa.set(numaNode, fields);
  keep(fields, field, sample);
}

/** TCP_mem → TCP.mem in pages; TCP_mem_bytes is the exporter's own product. */
function enterSockstat(reading: Reading, rest: string, sample: Sample): void {
  if (rest.endsWith("_bytes")) return;
  const isIpv6 = /^[A-Z]+6_/.test(rest);
  keep(isIpv6 ? reading.sockstat6 : reading.sockstat, rest.replace("_", "."), sample);
}

function enterSlab(reading: Reading, rest: string, sample: Sample): void {
  const name = sample.labels.get("slab");
  if (name === undefined) return;
  const columns = reading.slab.get(name) ?? new Map<string, Measured>();
  reading.slab.set(name, columns);
  keep(columns, rest, sample);
}

function enterBuddy(reading: Reading, _rest: string, sample: Sample): void {
  const { labels } = sample;
  const order = Number(labels.get("size") ?? Number.NaN);
  const numaNode = Number(labels.get("node") ?? 0);
  if (!Number.isInteger(order) || order < 0 || order >= MAX_ORDER) return;
  if (!Number.isInteger(numaNode) || numaNode < 0 || numaNode >= MAX_NUMA_NODE) return;
  const key = `${labels.get("node") ?? ""}\n${labels.get("zone") ?? ""}`;
  const blocks = reading.buddy.get(key) ?? new Map<number, Measured>();
  reading.buddy.set(key, blocks);
  blocks.set(order, { value: sample.value, line: sample.line });
}

function enterConntrack(reading: Reading, rest: string, sample: Sample): void {
  const name = rest === "_limit" ? "max" : "count";
  keepSysctl(reading, `net.netfilter.nf_conntrack_${name}`, sample);
}

function enterUname({ facts }: Reading, _rest: string, { labels }: Sample): void {
  const [hostname, kernel, arch] = ["nodename", "release", "machine"].map((name) =>
    labels.get(name),
  );
  if (hostname) facts.hostname = hostname;
  if (kernel) facts.kernel = kernel;
  if (arch) facts.arch = arch;
}

function enterOs({ facts }: Reading, _rest: string, { labels }: Sample): void {
  const os = labels.get("pretty_name");
  if (os) facts.os = os;
}

/** node_time_seconds; before 0.16 node_time. */
function enterTime({ facts }: Reading, rest: string, { value }: Sample): void {
  if (rest === "_seconds" || rest === "") facts.atMs ??= value * 1000;
}

function enterBoot({ facts }: Reading, _rest: string, { value }: Sample): void {
  facts.bootSeconds = value;
}

function close(reading: Reading, pageSize: Bytes): NodeMetrics {
  const { meminfo, numa, vmstat, sockstat, sockstat6, net, arcstats, sysctl, cpus, facts } =
    reading;
  cpus.delete("");
  return {
    ...{ meminfo, numaMeminfo: numa, vmstat, sockstat, sockstat6, netCounters: net, arcstats },
    sysctl,
    buddyinfo: [...reading.buddy].map(closeZone),
    slab: [...reading.slab].flatMap(([name, columns]) => closeCache(name, columns, pageSize)),
    facts: { ...facts, ...(cpus.size > 0 && { cpus: cpus.size }) },
  };
}

function closeZone([key, blocks]: [string, ReadonlyMap<number, Measured>]): BuddyZone {
  const [node = "", zone = ""] = key.split("\n");
  const orders = Array.from({ length: Math.max(...blocks.keys()) + 1 }, (_, order) => order);
  const line = blocks.get(0)?.line ?? [...blocks.values()][0]?.line ?? 0;
  const freeBlocks = orders.map((order) => blocks.get(order)?.value ?? 0);
  return { numaNode: Number(node) || 0, zone, line, freeBlocks };
}

/** The exporter leaves out the number of slabs: objects over objects per slab, rounded up. */
function closeCache(
  name: string,
  columns: ReadonlyMap<string, Measured>,
  pageSize: Bytes,
): readonly SlabCache[] {
  const objects = columns.get("objects");
  const [objectSize, perSlab, pagesPerSlab] = [
    "object_size_bytes",
    "objects_per_slab",
    "pages_per_slab",
  ].map((column) => columns.get(column)?.value);
  if (!objects || objectSize === undefined || !perSlab || pagesPerSlab === undefined) return [];
  const slabs = Math.ceil(objects.value / perSlab);
  const activeObjects = columns.get("active_objects")?.value ?? objects.value;
  return [
    {
      ...{ name, line: objects.line, activeObjects, objects: objects.value, objectSize },
      ...{ slabs, pagesPerSlab, bytes: slabs * pagesPerSlab * pageSize },
    },
  ];
}
