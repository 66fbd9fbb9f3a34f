import { quote } from "../evidence";
import type { Measured } from "../parse/parsed";
import type { Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import { pagesToBytes } from "../units";
import {
  derivedTerm,
  fieldBytes,
  fieldTerm,
  type LedgerChoices,
  type LedgerFacts,
  type Term,
} from "./ledger-facts";

/** SReclaimable; kernels before 2.6.19 print Slab alone, which then counts as unreclaimable. */
export function slabReclaimableTerm(facts: LedgerFacts): Term | undefined {
  return fieldTerm(facts, "slabReclaimable", ["SReclaimable"]);
}

/** SUnreclaim; where a paste ends before it, what Slab leaves; before 2.6.19 all of Slab, which is one field there. */
export function slabUnreclaimableTerm(facts: LedgerFacts): Term | undefined {
  const split = fieldTerm(facts, "slabUnreclaimable", ["SUnreclaim"]);
  if (split) return split;
  const slab = fieldBytes(facts, "Slab");
  const reclaimable = ["SReclaimable", "KReclaimable"].find(
    (field) => fieldBytes(facts, field) !== undefined,
  );
  if (slab === undefined || !reclaimable) return fieldTerm(facts, "slabUnreclaimable", ["Slab"]);
  return derivedTerm(facts, {
    id: "slabUnreclaimable",
    bytes: Math.max(0, slab - (fieldBytes(facts, reclaimable) ?? 0)),
    from: ["Slab", reclaimable],
  });
}

/** KReclaimable − SReclaimable: reclaimable kernel pages that are not slab (ion, GPU pools). */
export function kernelMiscTerm(facts: LedgerFacts): Term | undefined {
  const all = fieldBytes(facts, "KReclaimable");
  const slab = fieldBytes(facts, "SReclaimable");
  if (all === undefined || slab === undefined) return undefined;
  return derivedTerm(facts, {
    id: "kernelMiscReclaimable",
    bytes: Math.max(0, all - slab),
    from: ["KReclaimable", "SReclaimable"],
  });
}

/**
 * Percpu less the first chunk, which comes from memblock and is not in MemTotal. Its size is in the
 * boot log ("Embedded 60 pages/cpu"); without the log it stays in, 0.4 MiB on 2 CPUs.
 */
export function percpuTerm(facts: LedgerFacts): Term | undefined {
  const percpu = fieldBytes(facts, "Percpu");
  if (percpu === undefined) return undefined;
  const firstChunk = percpuFirstChunk(facts.snapshot);
  if (!firstChunk) return fieldTerm(facts, "percpu", ["Percpu"]);
  return derivedTerm(facts, {
    id: "percpu",
    bytes: Math.max(0, percpu - firstChunk.value),
    from: ["Percpu"],
    extra: [firstChunk],
  });
}

function percpuFirstChunk(snapshot: Snapshot): Evidence | undefined {
  const boot = snapshot.bootLog;
  const pages = boot?.value.percpuPagesPerCpu;
  const cpus = snapshot.node.cpus;
  if (!boot || !pages || !cpus) return undefined;
  return quote(
    snapshot,
    { file: boot.file, line: pages.line },
    {
      text: "first per-CPU chunk, outside MemTotal",
      value: pagesToBytes(pages.value * cpus, snapshot.node.pageSize),
      unit: "bytes",
      formula: `${pages.value} pages × ${cpus} CPUs × page size`,
    },
  );
}

/**
 * Compressed swap: pages of zsmalloc (zram, zswap), plus Zswap where its pool is something else.
 * Before 4.8 there is no nr_zspages: then zram's own mem_used_total. `Zswap: 0` alone does not measure zram.
 */
export function zpoolTerm(facts: LedgerFacts, choices: LedgerChoices): Term | undefined {
  const zspages = zspagesEvidence(facts.snapshot);
  const zswap = choices.isZswapSeparate || !zspages ? (fieldBytes(facts, "Zswap") ?? 0) : 0;
  const extra = zspages ? [zspages] : zramEvidence(facts.snapshot);
  if (extra.length === 0 && !fieldBytes(facts, "Zswap")) return undefined;
  const pool = extra.reduce((sum, evidence) => sum + evidence.value, 0);
  return derivedTerm(facts, {
    id: "zpool",
    bytes: pool + zswap,
    from: zswap > 0 ? ["nr_zspages", "Zswap"] : ["nr_zspages"],
    extra,
  });
}

/** nr_zspages of vmstat, or of the zones where vmstat is not there; a memory report has it in bytes. */
function zspagesEvidence(snapshot: Snapshot): Evidence | undefined {
  const { vmstat } = snapshot;
  const counter = vmstat?.value.get("nr_zspages");
  if (vmstat && counter) return inPages(snapshot, { file: vmstat.file, counter });
  return zspagesOfZones(snapshot) ?? zspagesOfReport(snapshot);
}

function inPages(
  snapshot: Snapshot,
  { file, counter }: { readonly file: string; readonly counter: Measured },
): Evidence {
  return quote(
    snapshot,
    { file, line: counter.line },
    {
      text: "nr_zspages",
      value: pagesToBytes(counter.value, snapshot.node.pageSize),
      unit: "bytes",
      formula: `${counter.value} pages × page size`,
    },
  );
}

function zspagesOfZones(snapshot: Snapshot): Evidence | undefined {
  const { zoneinfo } = snapshot;
  const counters = zoneinfo?.value.zones.flatMap((zone) => zone.pages.get("nr_zspages") ?? []);
  const [first] = counters ?? [];
  if (!zoneinfo || !counters || !first) return undefined;
  const value = counters.reduce((sum, counter) => sum + counter.value, 0);
  return inPages(snapshot, { file: zoneinfo.file, counter: { value, line: first.line } });
}

function zspagesOfReport(snapshot: Snapshot): Evidence | undefined {
  const log = snapshot.kernelLog;
  if (!log || snapshot.meminfo?.derived?.via !== "memory-report") return undefined;
  const bytes = log.value.oom.findLast((report) => report.totals.has("zspages"))?.totals;
  const measured = bytes?.get("zspages");
  if (!measured) return undefined;
  const at = { file: log.file, line: measured.line };
  return quote(snapshot, at, { text: "zspages", value: measured.value, unit: "bytes" });
}

/** Before 4.8 nothing counts zsmalloc's pages but zram itself: mem_used_total. */
function zramEvidence(snapshot: Snapshot): readonly Evidence[] {
  const { zram } = snapshot;
  return (zram?.value ?? []).map(({ used, line }) =>
    quote(
      snapshot,
      { file: zram?.file ?? "", line },
      { text: "zram mem_used_total", value: used, unit: "bytes" },
    ),
  );
}

export function balloonTerm(facts: LedgerFacts, choices: LedgerChoices): Term | undefined {
  return choices.isBalloonInside ? fieldTerm(facts, "balloon", ["Balloon"]) : undefined;
}

/** Free pages on the per-CPU lists: in neither MemFree nor MemAvailable, 80–1,013 MiB seen on 24 GiB. */
export function pcpTerm(snapshot: Snapshot): Term | undefined {
  const zoneinfo = snapshot.zoneinfo;
  if (!zoneinfo || zoneinfo.value.zones.length === 0) return reportedPcpTerm(snapshot);
  const counts = zoneinfo.value.zones.flatMap((zone) => zone.pcpCounts);
  const pages = counts.reduce((sum, count) => sum + count.value, 0);
  const first = counts.find((count) => count.value > 0) ?? counts[0];
  return {
    id: "pcp",
    bytes: pagesToBytes(pages, snapshot.node.pageSize),
    how: "derived",
    from: ["zoneinfo count:"],
    evidence: first
      ? [
          quote(
            snapshot,
            { file: zoneinfo.file, line: first.line },
            {
              text: `count: of ${counts.length} per-CPU lists`,
              value: pages,
              unit: "pages",
              formula: "Σ count: × page size",
            },
          ),
        ]
      : [],
  };
}

/** The same from a memory report of the kernel log, which prints their sum as free_pcp. */
function reportedPcpTerm(snapshot: Snapshot): Term | undefined {
  const meminfo = snapshot.meminfo;
  const pcp = meminfo?.derived?.pcp;
  if (!meminfo || !pcp) return undefined;
  const at = { file: meminfo.file, line: pcp.line };
  const evidence = quote(snapshot, at, { text: "free_pcp", value: pcp.value, unit: "bytes" });
  return { id: "pcp", bytes: pcp.value, how: "field", from: ["free_pcp"], evidence: [evidence] };
}

export function freeTerm(facts: LedgerFacts): Term | undefined {
  return fieldTerm(facts, "free", ["MemFree"]);
}

/** Buckets that are plain fields of meminfo. */
export const PLAIN_FIELDS = [
  ["buffers", ["Buffers"]],
  ["kernelStack", ["KernelStack"]],
  ["pageTables", ["PageTables", "Quicklists"]],
  ["secPageTables", ["SecPageTables"]],
  ["hardwareCorrupted", ["HardwareCorrupted"]],
  ["bounce", ["Bounce"]],
  ["writebackTmp", ["WritebackTmp"]],
  ["gpu", ["GPUActive", "GPUReclaim"]],
] as const;
