import { parseArcstats } from "./parse/arcstats";
import { parseBalloon } from "./parse/balloon";
import { parseBootLog } from "./parse/boot-log";
import { parseBpftool } from "./parse/bpftool";
import { parseCgroupMemory } from "./parse/cgroup-memory";
import { parseDmaBuf } from "./parse/dma-buf";
import { parseDrmFdinfo } from "./parse/drm-fdinfo";
import { parseEthtool } from "./parse/ethtool";
import { parseFdLinks } from "./parse/fd-links";
import { parseDmidecode } from "./parse/installed-memory";
import { parseKernelCmdline } from "./parse/kernel-cmdline";
import { parseKpageflagsCensus } from "./parse/kpageflags-census";
import { parseMeminfo } from "./parse/meminfo";
import { parseModules } from "./parse/modules";
import { parseNetstat } from "./parse/netstat";
import { parseNumaMeminfo } from "./parse/numa-meminfo";
import { parseKernelLog } from "./parse/oom-report";
import { parsePageTypes } from "./parse/page-types";
import type { Parsed } from "./parse/parsed";
import { parsePidFdinfo } from "./parse/pid-fdinfo";
import { parsePidStat, parsePidStatus } from "./parse/pid-files";
import { parsePidMaps } from "./parse/pid-maps";
import { parsePs } from "./parse/ps";
import { parseSlabinfo } from "./parse/slabinfo";
import { parseSockstat } from "./parse/sockstat";
import { parseSplSlab } from "./parse/spl-slab";
import { parseSs } from "./parse/ss";
import { parseSwaps } from "./parse/swaps";
import { parseSysvShm } from "./parse/sysvipc-shm";
import { parseDf } from "./parse/tmpfs";
import { parseTraceBufferSize } from "./parse/trace-buffer-size";
import { parseVmallocinfo } from "./parse/vmallocinfo";
import { parseVmstat } from "./parse/vmstat";
import { parseZoneinfo } from "./parse/zoneinfo";
import { parseZram } from "./parse/zram";
import type { NodeFacts } from "./report";
import type { Snapshot, Sourced } from "./snapshot";

/** Texts by file name, as a capture holds them; a name that is not given is absent in the snapshot. */
export interface Texts {
  readonly meminfo?: string;
  readonly zoneinfo?: string;
  readonly vmstat?: string;
  readonly slabinfo?: string;
  readonly vmallocinfo?: string;
  readonly numa?: string;
  readonly sockstat?: string;
  readonly ss?: string;
  readonly netstat?: string;
  readonly stat?: string;
  readonly ps?: string;
  readonly fd?: string;
  readonly fdinfo?: string;
  readonly maps?: string;
  readonly bpftool?: string;
  readonly tracefs?: string;
  readonly cgroups?: string;
  readonly kpageflags?: string;
  /** `ethtool -g`, and `ethtool -l`. */
  readonly rings?: string;
  readonly channels?: string;
  readonly pageTypes?: string;
  readonly dmesg?: string;
  readonly modules?: string;
  readonly cmdline?: string;
  readonly status?: string;
  readonly df?: string;
  readonly shm?: string;
  readonly arcstats?: string;
  readonly splSlab?: string;
  readonly zram?: string;
  readonly swaps?: string;
  readonly balloon?: string;
  readonly dmaBuf?: string;
  readonly drm?: string;
  readonly dmidecode?: string;
  /** Small files by path tail. */
  readonly small?: Readonly<Record<string, string>>;
  readonly sysctl?: Readonly<Record<string, string>>;
}

const PAGE = 4_096;

/** A snapshot from the texts of a capture or a few written lines: what a test is about, and nothing else. */
export function snapshotOf(texts: Texts, node: Partial<NodeFacts> = {}): Snapshot {
  const read = <T>(
    name: keyof Texts,
    parse: (text: string) => Parsed<T>,
  ): Sourced<T> | undefined => {
    const text = texts[name];
    return typeof text === "string" ? { file: name, value: parse(text).value } : undefined;
  };
  const ss = read("ss", parseSs);
  const netstat = read("netstat", parseNetstat);
  const stat = read("stat", (text) => parsePidStat(text, PAGE));
  const ps = read("ps", parsePs);
  const slab = read("slabinfo", (text) => parseSlabinfo(text, PAGE));
  const numa = read("numa", parseNumaMeminfo);
  const fd = read("fd", parseFdLinks);
  const status = read("status", (text) => parsePidStatus(text));
  const df = read("df", parseDf);
  const sysctl = Object.entries(texts.sysctl ?? {}).map(
    ([name, value]) => [name, { value, line: 1 }] as const,
  );
  return {
    kind: "proc",
    inputName: "test",
    sha256: "",
    node: { pageSize: PAGE, ...node },
    ...optional("meminfo", read("meminfo", parseMeminfo)),
    ...optional("zoneinfo", read("zoneinfo", parseZoneinfo)),
    ...optional("vmstat", read("vmstat", parseVmstat)),
    ...optional("vmallocinfo", read("vmallocinfo", parseVmallocinfo)),
    ...optional("sockstat", read("sockstat", parseSockstat)),
    ...optional("kpageflags", read("kpageflags", parseKpageflagsCensus)),
    ...optional("pageTypes", read("pageTypes", parsePageTypes)),
    ...optional(
      "kernelLog",
      read("dmesg", (text) => parseKernelLog(text, PAGE)),
    ),
    ...optional("bootLog", read("dmesg", parseBootLog)),
    ...optional("kernelCmdline", read("cmdline", parseKernelCmdline)),
    ...optional("modules", read("modules", parseModules)),
    ...optional("sysvShm", read("shm", parseSysvShm)),
    ...optional("arcstats", read("arcstats", parseArcstats)),
    ...optional("splSlab", read("splSlab", parseSplSlab)),
    ...optional("zram", read("zram", parseZram)),
    ...optional("swaps", read("swaps", parseSwaps)),
    ...optional(
      "balloon",
      read("balloon", (text) => parseBalloon(text, PAGE)),
    ),
    ...optional("dmaBuf", read("dmaBuf", parseDmaBuf)),
    ...optional("drmClients", read("drm", parseDrmFdinfo)),
    ...optional("installedMemory", read("dmidecode", parseDmidecode)),
    ...optional("cgroupMemory", read("cgroups", parseCgroupMemory)),
    ...(slab ? { slab: { ...slab, via: "slabinfo" as const, isComplete: true } } : {}),
    otherTotals: [],
    numaMeminfo: numa ? [numa] : [],
    hugepagePools: [],
    netCounters: [],
    socketTables: [
      ...(ss ? [{ file: "ss", via: "ss" as const, rows: ss.value }] : []),
      ...(netstat ? [{ file: "netstat", via: "netstat" as const, rows: netstat.value }] : []),
    ],
    processTables: [
      ...(status ? [{ file: "status", via: "status" as const, rows: status.value }] : []),
      ...(stat ? [{ file: "stat", via: "stat" as const, rows: stat.value }] : []),
      ...(ps ? [{ file: "ps", via: "ps" as const, rows: ps.value }] : []),
    ],
    fdLinks: fd ? [fd] : [],
    fdInfo: list(read("fdinfo", parsePidFdinfo)),
    kernelMappings: list(read("maps", parsePidMaps)),
    bpfObjects: list(read("bpftool", parseBpftool)),
    traceBuffers: list(read("tracefs", parseTraceBufferSize)),
    tmpfs: df ? [df] : [],
    nicSettings: [read("rings", parseEthtool), read("channels", parseEthtool)].flatMap(list),
    sysctl: sysctl.length > 0 ? [{ file: "sysctl", value: new Map(sysctl) }] : [],
    allocationSites: [],
    smallFiles: new Map(
      Object.entries(texts.small ?? {}).map(
        ([name, text]) => [name, { file: name, text }] as const,
      ),
    ),
    files: [],
    skipped: [],
    missing: [],
    unreadable: [],
    texts: new Map(
      Object.entries(texts).flatMap(([name, text]) =>
        typeof text === "string" ? [[name, text]] : [],
      ),
    ),
  };
}

function list<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

function optional<K extends keyof Snapshot>(
  key: K,
  value: Snapshot[K] | undefined,
): Partial<Snapshot> {
  return value === undefined ? {} : { [key]: value };
}
