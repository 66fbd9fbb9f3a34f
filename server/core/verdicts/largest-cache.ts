import type { SlabRow } from "../accounting/slab";
import { formatBytes } from "../format-bytes";
import type { Bytes } from "../units";
import { confidenceOf } from "./confidence";
import { SLABTOP } from "./confirm";
import { bytesOf, type Diagnosis } from "./diagnosis";
import type { Found } from "./rule";
import { sizeStatus } from "./thresholds";

/** kmalloc size classes, whose names do not tell who allocated. */
const KMALLOC = /^(dma-)?(kmalloc-|size-)/;
/** One cache with this share of the unreclaimable slab is the one to name. */
const DOMINANT = 0.5;

/** The one cache that holds most of the unreclaimable slab, when it is of the kind asked for. */
export function judgeLargestCache(
  diagnosis: Diagnosis,
  kind: "kmalloc" | "named",
): Found | undefined {
  const unreclaimable = diagnosis.slab?.rows.filter((row) => row.reclaim !== "reclaimable") ?? [];
  const [largest] = unreclaimable;
  if (!largest || KMALLOC.test(largest.name) !== (kind === "kmalloc")) return undefined;
  const total = unreclaimableBytes(diagnosis, unreclaimable);
  const status = sizeStatus(largest.bytes, diagnosis.memTotal);
  if (!status || largest.bytes < total * DOMINANT) return undefined;
  return found(diagnosis, { largest, total, status });
}

/** SUnreclaim, or the sum of the caches that are not known to be reclaimable, in bytes. */
function unreclaimableBytes(diagnosis: Diagnosis, rows: readonly SlabRow[]): Bytes {
  const measured = bytesOf(diagnosis, "slabUnreclaimable");
  return measured > 0 ? measured : rows.reduce((sum, row) => sum + row.bytes, 0);
}

function found(
  diagnosis: Diagnosis,
  of: {
    readonly largest: SlabRow;
    readonly total: Bytes;
    readonly status: "suspect" | "watch";
  },
): Found {
  const { largest, total } = of;
  const isMaybeAlias = diagnosis.snapshot.slab?.value[0]?.isSlabAllocator !== true;
  return {
    status: of.status,
    headline: `${formatBytes(largest.bytes)} of unreclaimable slab are in ${largest.name}${largest.subsystem === "unknown" ? "" : ` (${largest.subsystem})`}`,
    confirm: [SLABTOP],
    finding: {
      severity: of.status === "suspect" ? "critical" : "warning",
      ...confidenceOf([
        { factor: Math.min(1, largest.bytes / total), why: "its share of the unreclaimable slab" },
        { factor: largest.fill >= 0.7 ? 1 : 0.6, why: "many of its objects are free" },
        {
          factor: largest.reclaim === "unknown" ? 0.8 : 1,
          why: "not known whether it is reclaimable",
        },
        { factor: 0.85, why: "size alone, no growth seen" },
        {
          factor: isMaybeAlias ? 0.95 : 1,
          why: "SLUB may have merged another cache under this name",
        },
      ]),
      bytes: { lower: Math.round(largest.bytes * largest.fill), upper: largest.bytes },
      holders: [
        {
          kind: "slabCache",
          name: largest.name,
          count: largest.activeObjects,
          bytes: { lower: largest.bytes, upper: largest.bytes },
          evidence: [largest.evidence],
        },
      ],
      evidence: [
        largest.evidence,
        ...(diagnosis.slab?.unreclaimable ? [diagnosis.slab.unreclaimable] : []),
      ],
      fix: `Find the allocating code: boot with slab_nomerge slab_debug=U,${largest.name} and read /sys/kernel/slab/${largest.name}/alloc_calls, or trace it; then update that driver or kernel.`,
      fixRisk: "Booting with slab_debug costs CPU on every allocation: one machine, for a day.",
    },
  };
}
