import type { OomReport } from "../parse/oom-report";
import type { Measured } from "../parse/parsed";
import type { DerivedMeminfo, MeminfoSource, Snapshot } from "../snapshot";
import type { Bytes } from "../units";
import { type LruSplit, splitLru } from "./lru-split";

type Doubts = DerivedMeminfo["doubts"];

/** Names of a memory report that count the same pages as a field of /proc/meminfo. */
const SAME: readonly (readonly [field: string, name: string])[] = [
  ["MemFree", "free"],
  ["CmaFree", "free_cma"],
  ["Active", "active"],
  ["Inactive", "inactive"],
  ["Active(anon)", "active_anon"],
  ["Inactive(anon)", "inactive_anon"],
  ["Active(file)", "active_file"],
  ["Inactive(file)", "inactive_file"],
  ["Unevictable", "unevictable"],
  ["Mlocked", "mlocked"],
  ["SwapCached", "swap_cache"],
  ["SwapTotal", "swap_total"],
  ["SwapFree", "swap_free"],
  ["Dirty", "dirty"],
  ["Writeback", "writeback"],
  ["Mapped", "mapped"],
  ["Shmem", "shmem"],
  ["ShmemHugePages", "shmem_thp"],
  ["Slab", "slab"],
  ["SReclaimable", "slab_reclaimable"],
  ["SUnreclaim", "slab_unreclaimable"],
  ["KernelStack", "kernel_stack"],
  ["PageTables", "pagetables"],
  ["SecPageTables", "sec_pagetables"],
  ["Bounce", "bounce"],
  ["WritebackTmp", "writeback_tmp"],
  ["Balloon", "balloon"],
  ["Hugetlb", "hugetlb"],
  ["GPUActive", "gpu_active"],
  ["GPUReclaim", "gpu_reclaim"],
];
/** Pages that init gave back after the reserves were set: 0.3 % of RAM seen (el8, 16 GiB). */
const RESERVE_ERROR = 0.005;

/**
 * /proc/meminfo as the last complete memory report of the kernel log tells it (OOM kill, failed
 * allocation), in bytes. Absent without a report that has MemTotal, free pages, LRU lists and slab, and
 * where files of another moment give parts of the ledger: two moments make no sum.
 * Source: mm/show_mem.c (before 6.4 mm/page_alloc.c) show_free_areas.
 */
export function meminfoFromReport(snapshot: Snapshot): MeminfoSource | undefined {
  const log = snapshot.kernelLog;
  const { zoneinfo, vmstat, slab, vmallocinfo } = snapshot;
  if (!log || zoneinfo || vmstat || slab || vmallocinfo) return undefined;
  for (const report of log.value.oom.toReversed()) {
    const meminfo = readReport(report, log.file);
    if (meminfo) return meminfo;
  }
  return undefined;
}

function readReport(report: OomReport, file: string): MeminfoSource | undefined {
  const { totals } = report;
  const memTotal = report.managed ?? report.managedEstimate;
  const lru = splitLru(totals);
  const hasSlab = totals.has("slab") || totals.has("slab_unreclaimable");
  if (!memTotal || memTotal.value <= 0 || !lru || !hasSlab || !totals.has("free")) return undefined;
  const value = new Map<string, Measured>([["MemTotal", memTotal]]);
  for (const [field, name] of SAME) {
    const measured = totals.get(name);
    if (measured) value.set(field, measured);
  }
  const formulas = new Map<string, string>([
    ["MemTotal", memTotalFormula(report)],
    ...addLru(value, lru),
    ...addSlabSums(value, totals),
  ]);
  const pcp = totals.get("free_pcp");
  const doubts = doubtsOf({ report, file, memTotal: memTotal.value, lru });
  return {
    file,
    value,
    derived: {
      via: "memory-report",
      formulas,
      doubts,
      ...(pcp ? { pcp } : {}),
      ...(isAsked(report) ? { isAsked: true } : {}),
    },
  };
}

/** "SysRq: Show Memory" and its kin. */
function isAsked({ trigger = "" }: OomReport): boolean {
  return /show memory/i.test(trigger);
}

type Formula = readonly [field: string, formula: string];

function addLru(value: Map<string, Measured>, lru: LruSplit): readonly Formula[] {
  value.set("AnonPages", lru.anon);
  value.set("Cached", lru.cached);
  return [
    ["AnonPages", lru.anonFormula],
    ["Cached", lru.cachedFormula],
  ];
}

function addSlabSums(
  value: Map<string, Measured>,
  totals: OomReport["totals"],
): readonly Formula[] {
  const reclaimable = totals.get("slab_reclaimable");
  const unreclaimable = totals.get("slab_unreclaimable");
  const misc = totals.get("kernel_misc_reclaimable");
  const formulas: Formula[] = [];
  if (reclaimable && unreclaimable) {
    value.set("Slab", { ...reclaimable, value: reclaimable.value + unreclaimable.value });
    formulas.push(["Slab", "slab_reclaimable + slab_unreclaimable"]);
  }
  if (reclaimable && misc) {
    value.set("KReclaimable", { ...misc, value: reclaimable.value + misc.value });
    formulas.push(["KReclaimable", "slab_reclaimable + kernel_misc_reclaimable"]);
  }
  return formulas;
}

function memTotalFormula(report: OomReport): string {
  if (!report.managed) return "managed of the lowest zone + its lowmem_reserve × 256 × page size";
  const zoneField = ["managed", "present"].find(
    (name) => report.totals.get(name) === report.managed,
  );
  return zoneField ? `sum of ${zoneField} over the zones` : "pages RAM − pages reserved";
}

function doubtsOf(of: {
  readonly report: OomReport;
  readonly file: string;
  readonly memTotal: Bytes;
  readonly lru: LruSplit;
}): Doubts {
  const { report, file, memTotal, lru } = of;
  const isKill = report.trigger?.includes("oom-killer") ?? false;
  const failure = isKill ? "of the OOM kill" : "when an allocation failed";
  const event = isAsked(report) ? "when someone asked for it (SysRq)" : failure;
  const moment = `no /proc/meminfo: the numbers are of the moment ${event}, from the memory report at line ${report.line} of ${file}`;
  const estimate = {
    bytes: memTotal * RESERVE_ERROR,
    why: "the report does not show all zones: MemTotal is worked out from the reserve of the lowest one",
  };
  return [
    { bytes: 0, why: moment },
    ...(report.managed ? [] : [estimate]),
    ...(lru.remark ? [{ bytes: 0, why: lru.remark }] : []),
  ];
}
