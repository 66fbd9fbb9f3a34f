import type { SiteTable } from "./parse/allocation-site";
import type { Arcstats } from "./parse/arcstats";
import type { Balloon } from "./parse/balloon";
import type { BootLog } from "./parse/boot-log";
import type { BpfObject } from "./parse/bpftool";
import type { BuddyZone } from "./parse/buddyinfo";
import type { CgroupMemory } from "./parse/cgroup-memory";
import type { DmaBufs } from "./parse/dma-buf";
import type { DrmClient } from "./parse/drm-fdinfo";
import type { NicSettings } from "./parse/ethtool";
import type { FdLink } from "./parse/fd-links";
import type { InstalledMemory } from "./parse/installed-memory";
import type { KernelCmdline } from "./parse/kernel-cmdline";
import type { KpageflagsCensus } from "./parse/kpageflags-census";
import type { Ksm } from "./parse/ksm";
import type { KubernetesNode } from "./parse/kubernetes-node";
import type { Meminfo } from "./parse/meminfo";
import type { KernelModule } from "./parse/modules";
import type { NetCounters } from "./parse/net-counters";
import type { NumaMeminfo } from "./parse/numa-meminfo";
import type { NvidiaGpus } from "./parse/nvidia-smi";
import type { KernelLog } from "./parse/oom-report";
import type { PageTypeRow } from "./parse/page-types";
import type { Measured, SkippedLine } from "./parse/parsed";
import type { FdInfo } from "./parse/pid-fdinfo";
import type { KernelMapping } from "./parse/pid-maps";
import type { Pressure } from "./parse/pressure";
import type { ProcessRow } from "./parse/process";
import type { SlabCache } from "./parse/slabinfo";
import type { SocketRow } from "./parse/socket";
import type { Sockstat } from "./parse/sockstat";
import type { SplCache } from "./parse/spl-slab";
import type { SwapDevice } from "./parse/swaps";
import type { SysvMessages } from "./parse/sysvipc-msg";
import type { SysvShm } from "./parse/sysvipc-shm";
import type { TmpfsMount } from "./parse/tmpfs";
import type { VmallocArea } from "./parse/vmallocinfo";
import type { Vmstat } from "./parse/vmstat";
import type { Zoneinfo } from "./parse/zoneinfo";
import type { ZramDevice } from "./parse/zram";
import type { InputError, NodeFacts, ReadFile, SourceKind } from "./report";

/** A parsed value and the file it was read from: lines inside the value are lines of that file. */
export interface Sourced<T> {
  readonly file: string;
  readonly value: T;
}

/** meminfo as printed, or with `derived` the same fields worked out from another source of the input. */
export interface MeminfoSource extends Sourced<Meminfo> {
  readonly derived?: DerivedMeminfo;
}

/** Totals that are not /proc/meminfo's own, under its field names. */
interface OtherTotals extends MeminfoSource {
  readonly derived: DerivedMeminfo;
}

/** Where the totals come from in an input without /proc/meminfo, and what that means for them. */
export interface DerivedMeminfo {
  readonly via:
    | "node-files"
    | "memory-report"
    | "crash"
    | "node-exporter"
    | "sysak"
    | "sar"
    | "numastat"
    | "free"
    | "top"
    | "vmstat-s"
    | "smem"
    | "xsos"
    | "sysak-check";
  /** Fields that are not printed as such: field → how it was computed. */
  readonly formulas: ReadonlyMap<string, string>;
  /** Free pages on the per-CPU lists in bytes, where the source prints them. */
  readonly pcp?: Measured;
  /** What the source leaves uncertain, in bytes (0: a remark), the most important first. */
  readonly doubts: readonly { readonly bytes: number; readonly why: string }[];
  /** A memory report that somebody asked the kernel for (SysRq): nothing had failed. */
  readonly isAsked?: boolean;
}

/** meminfo by NUMA node: the kernel's files, or what numastat made of them. */
export interface NumaSource extends Sourced<NumaMeminfo> {
  /** Step of the printed sizes in bytes, where a tool rounded them. */
  readonly roundedTo?: number;
}

/** Socket rows of one table or one `ss` call, with the network namespace they were seen in. */
export interface SocketTable {
  readonly file: string;
  /** Which reader made the rows: more detail wins when two tables show the same socket. */
  readonly via: "ss" | "netstat" | "proc";
  /** Label of the network namespace ("net:[4026531840]" or a name); absent for the collector's own. */
  readonly netns?: string;
  readonly rows: readonly SocketRow[];
}

/** Rows about processes from one file. */
export interface ProcessTable {
  readonly file: string;
  readonly via: "ps" | "status" | "stat" | "smaps_rollup" | "cgroup" | "cmdline" | "oom";
  readonly rows: readonly ProcessRow[];
}

/**
 * What was measured on one node at one instant, with the file and line of every number.
 * A part whose file was absent or unreadable is absent here; nothing is zero by default.
 */
export interface Snapshot {
  readonly kind: SourceKind;
  /** Name of the input as the user gave it. */
  readonly inputName: string;
  readonly sha256: string;
  readonly node: NodeFacts;
  readonly meminfo?: MeminfoSource;
  /** Metrics, a debugger's or a tool's table: one of them stands in where there is no /proc/meminfo. */
  readonly otherTotals: readonly OtherTotals[];
  /** Read once more right after zoneinfo, so that the jitter between the reads is known. */
  readonly meminfoAgain?: Sourced<Meminfo>;
  readonly vmstat?: Sourced<Vmstat>;
  readonly zoneinfo?: Sourced<Zoneinfo>;
  readonly buddyinfo?: Sourced<readonly BuddyZone[]>;
  /** slabinfo, else slabtop, else nothing. */
  readonly slab?: Sourced<readonly SlabCache[]> & {
    readonly via: "slabinfo" | "slabtop";
    /** slabtop prints only its first rows when piped without -o. */
    readonly isComplete: boolean;
  };
  readonly vmallocinfo?: Sourced<readonly VmallocArea[]>;
  readonly numaMeminfo: readonly NumaSource[];
  /** Huge page pools by page size in bytes: nr_hugepages, free_hugepages … as counts. */
  readonly hugepagePools: readonly HugepagePool[];
  readonly pressureMemory?: Sourced<Pressure>;
  readonly sockstat?: Sourced<Sockstat>;
  readonly sockstat6?: Sourced<Sockstat>;
  readonly netCounters: readonly Sourced<NetCounters>[];
  readonly socketTables: readonly SocketTable[];
  readonly processTables: readonly ProcessTable[];
  readonly fdLinks: readonly Sourced<readonly FdLink[]>[];
  /** What the kernel says of single open files: sizes of rings and maps. */
  readonly fdInfo: readonly Sourced<readonly FdInfo[]>[];
  /** Rings and buffers that processes have mapped. */
  readonly kernelMappings: readonly Sourced<readonly KernelMapping[]>[];
  readonly bpfObjects: readonly Sourced<readonly BpfObject[]>[];
  /** Ring buffers of tracefs and of each of its instances, in bytes. */
  readonly traceBuffers: readonly Sourced<Measured>[];
  readonly cgroupMemory?: Sourced<readonly CgroupMemory[]>;
  /** Several files, one per cgroup, in a plain copy of /sys. */
  readonly cgroupCounts?: Sourced<ReadonlyMap<string, Measured>>;
  readonly modules?: Sourced<readonly KernelModule[]>;
  readonly tmpfs: readonly Sourced<readonly TmpfsMount[]>[];
  readonly sysvShm?: Sourced<readonly SysvShm[]>;
  readonly sysvMessages?: Sourced<readonly SysvMessages[]>;
  readonly sysctl: readonly Sourced<ReadonlyMap<string, { value: string; line: number }>>[];
  readonly kernelLog?: Sourced<KernelLog>;
  /** What the API server of its cluster says of the node. */
  readonly kubernetesNode?: Sourced<KubernetesNode>;
  /** What a log of the last boot says of memory. */
  readonly bootLog?: Sourced<BootLog>;
  readonly kernelCmdline?: Sourced<KernelCmdline>;
  /** Memory that the machine has by its firmware, or by the kernel's list of blocks. */
  readonly installedMemory?: Sourced<InstalledMemory>;
  readonly arcstats?: Sourced<Arcstats>;
  readonly splSlab?: Sourced<readonly SplCache[]>;
  readonly zram?: Sourced<readonly ZramDevice[]>;
  readonly swaps?: Sourced<readonly SwapDevice[]>;
  readonly ksm?: Sourced<Ksm>;
  /** What the hypervisor's own driver says; virtio's is in vmstat and meminfo. */
  readonly balloon?: Sourced<Balloon>;
  readonly dmaBuf?: Sourced<DmaBufs>;
  readonly drmClients?: Sourced<readonly DrmClient[]>;
  readonly nvidia?: Sourced<NvidiaGpus>;
  /** Rings, channels and drivers of network cards, one call of ethtool each. */
  readonly nicSettings: readonly Sourced<readonly NicSettings[]>[];
  readonly kpageflags?: Sourced<KpageflagsCensus>;
  /** Page frames by their flags, from page-types. */
  readonly pageTypes?: Sourced<readonly PageTypeRow[]>;
  /** Who allocated what, from allocinfo, page_owner, a tracer … */
  readonly allocationSites: readonly SiteTable[];
  /** Small single-value files by path tail: "proc/loadavg", "sys/kernel/mm/transparent_hugepage/enabled" … → text. */
  readonly smallFiles: ReadonlyMap<string, { readonly file: string; readonly text: string }>;
  readonly files: readonly ReadFile[];
  readonly skipped: readonly (SkippedLine & { readonly file: string })[];
  readonly missing: readonly { readonly file: string; readonly wouldShow: string }[];
  readonly unreadable: readonly { readonly file: string; readonly error: string }[];
  /** Raw text of every file that was read, by file name: evidence quotes its lines. */
  readonly texts: ReadonlyMap<string, string>;
  /** The same node a moment earlier, when the input holds two looks. */
  readonly previous?: Snapshot;
}

interface HugepagePool {
  readonly file: string;
  readonly pageSize: number;
  readonly numaNode?: number;
  /** nr_hugepages, free_hugepages, resv_hugepages, surplus_hugepages */
  readonly field: string;
  readonly count: number;
}

/** What reading one input gives: moments of one or several nodes, oldest first, and what failed. */
export interface ReadInput {
  readonly snapshots: readonly Snapshot[];
  readonly errors: readonly InputError[];
}
