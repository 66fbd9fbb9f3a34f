import { formatBytes } from "../format-bytes";
import type { Composition, ReconcileRow, ReconcileTool } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";
import { bucketBytes } from "./buckets";
import { mergeProcesses } from "./processes";
import { vmallocTotal } from "./vmalloc";

interface Terms {
  readonly snapshot: Snapshot;
  readonly composition: Composition;
  /** A meminfo field in bytes, 0 when not printed: what the tools themselves assume. */
  readonly field: (name: string) => Bytes;
  /** Ours: in use and not to be had back by reclaim. */
  readonly inUse: Bytes;
}

type Row = Omit<ReconcileRow, "differs"> & { readonly ours: Bytes };

/**
 * What other tools print for this very snapshot, and why it is not the same number, in bytes.
 * Each formula is the tool's own: procps 3.3.17 and 4.0.4, htop 3.2 (linux/LinuxMachine.c), Grafana
 * dashboard 1860 rev 37, SysAK memgraph.py.
 */
export function reconcile(
  snapshot: Snapshot,
  composition: Composition | undefined,
): readonly ReconcileRow[] {
  const meminfo = snapshot.meminfo?.value;
  if (!composition || !meminfo) return [];
  const terms: Terms = {
    snapshot,
    composition,
    field: (name) => meminfo.get(name)?.value ?? 0,
    inUse: inUse(composition),
  };
  const rows = [free3(terms), free4(terms), top(terms), htop(terms), grafana(terms), sysak(terms)];
  return rows.flatMap((row) => (row ? [finish(row)] : []));
}

/** MemTotal less what is free and what reclaim gives back: both ends of the ledger taken off. */
function inUse(composition: Composition): Bytes {
  const off = (
    ["free", "pcp", "fileCache", "buffers", "slabReclaimable", "kernelMiscReclaimable"] as const
  ).reduce((sum, id) => sum + bucketBytes(composition, id), 0);
  return composition.memTotal - off;
}

function finish({ ours, ...row }: Row): ReconcileRow {
  return { ...row, differs: row.bytes - ours };
}

function row(tool: ReconcileTool, of: Omit<Row, "tool">): Row {
  return { tool, ...of };
}

function hidden({ composition }: Terms): string {
  return `${formatBytes(bucketBytes(composition, "allocpage"))} of it are in no counter`;
}

function free3(terms: Terms): Row {
  const { field } = terms;
  const pcp = bucketBytes(terms.composition, "pcp");
  return row("free", {
    label: "used (procps 3.3)",
    bytes:
      field("MemTotal") -
      field("MemFree") -
      field("Buffers") -
      field("Cached") -
      field("SReclaimable"),
    formula: "MemTotal − MemFree − Buffers − Cached − SReclaimable",
    ours: terms.inUse,
    why: `takes shared memory for cache and ${formatBytes(pcp)} of free per-CPU pages for used; ${hidden(terms)}`,
  });
}

function free4(terms: Terms): Row | undefined {
  const { field } = terms;
  if (field("MemAvailable") === 0) return undefined;
  return row("free", {
    label: "used (procps 4)",
    bytes: field("MemTotal") - field("MemAvailable"),
    formula: "MemTotal − MemAvailable",
    ours: terms.inUse,
    why: `counts the kernel's reserve and half of the cache as used; ${hidden(terms)}`,
  });
}

function top(terms: Terms): Row | undefined {
  const processes = [...mergeProcesses(terms.snapshot).values()].filter(
    (each) => each.rss !== undefined,
  );
  if (processes.length === 0) return undefined;
  return row("top", {
    label: `RES of all ${processes.length} processes`,
    bytes: processes.reduce((sum, each) => sum + (each.rss ?? 0), 0),
    formula: "Σ RES",
    ours: terms.inUse,
    why: "shows processes only, shared pages once per process; kernel memory is in no row",
  });
}

function htop(terms: Terms): Row {
  const { field } = terms;
  const cached = field("Cached") + field("SReclaimable") - field("Shmem");
  return row("htop", {
    label: "used (green)",
    bytes: field("MemTotal") - field("MemFree") - field("Buffers") - cached - field("Shmem"),
    formula: "MemTotal − MemFree − Buffers − (Cached + SReclaimable − Shmem) − Shmem",
    ours: terms.inUse,
    why: `shows shared memory apart; the rest, ${hidden(terms)}, looks like processes`,
  });
}

function grafana(terms: Terms): Row {
  const { field } = terms;
  const off = ["MemFree", "Buffers", "Cached", "Slab", "PageTables", "SwapCached"];
  return row("grafana-1860", {
    label: "Apps",
    bytes: off.reduce((rest, name) => rest - field(name), field("MemTotal")),
    formula: "MemTotal − MemFree − Buffers − Cached − Slab − PageTables − SwapCached",
    ours: bucketBytes(terms.composition, "anon"),
    why: "calls everything without a panel of its own an application: allocpage, per-CPU lists, vmalloc, stacks",
  });
}

function sysak(terms: Terms): Row | undefined {
  const { field, snapshot } = terms;
  if (field("Active(anon)") + field("Inactive(anon)") === 0) return undefined;
  const user = ["Active(anon)", "Inactive(anon)", "Active(file)", "Inactive(file)", "Mlocked"];
  const kernel = ["Slab", "KernelStack", "PageTables"];
  const huge = field("HugePages_Total") * field("Hugepagesize");
  const vmalloc =
    field("VmallocUsed") || (vmallocTotal({ snapshot, meminfo: meminfoOf(snapshot) })?.bytes ?? 0);
  const used = [...user, ...kernel].reduce((sum, name) => sum + field(name), huge + vmalloc);
  return row("sysak-memgraph", {
    label: "allocPage",
    bytes: Math.max(field("MemTotal") - field("MemFree") - used, 1_048_576),
    formula:
      "MemTotal − MemFree − (LRU lists + Mlocked + huge pages) − (Slab + KernelStack + PageTables + VmallocUsed)",
    ours: bucketBytes(terms.composition, "allocpage"),
    why: "leaves per-CPU free lists, per-CPU data and unevictable pages in the remainder, and takes vmapped stacks off twice",
  });
}

function meminfoOf(snapshot: Snapshot): NonNullable<Snapshot["meminfo"]> {
  return snapshot.meminfo ?? { file: "", value: new Map() };
}
