import type { BucketId } from "../../report";
import type { ReconcileRow } from "../../report-reconcile";
import type { Bytes } from "../../units";
import { shrinkableArc } from "./arc";
import { spreadAvailable, UNAVAILABLE_REASONS } from "./available";
import {
  minus,
  ownBuckets,
  plus,
  type Spread,
  spreadField,
  type ToolFacts,
  total,
  usedBesideCaches,
} from "./spread";
import { inUse, toBeHad, toolRows } from "./tool-row";

const SOURCE = "htop 3, linux/LinuxMachine.c (commit 03e4102), linux/Platform.c, MemoryMeter.c";
const ARC = "htop takes the ZFS cache down to its least size for cache";
const PCP = "free pages on per-CPU lists are not in MemFree";

/** The memory meter of htop 3.x: the number, then the bars from left to right. */
export function htopRows(facts: ToolFacts): readonly ReconcileRow[] {
  const field = (name: string) => spreadField(facts, name);
  const shared = field("Shmem");
  const arc = shrinkableArc(facts);
  const compressed = field("Zswap") ?? new Map<BucketId, Bytes>();
  const cached = minus(plus(field("Cached"), field("SReclaimable")), shared);
  const used = minus(usedBesideCaches(facts), arc);
  return [
    ...toolRows({
      tool: "htop",
      label: "used (the number)",
      source: SOURCE,
      formula: "used + shared + compressed, the first three bars",
      counted: plus(used, shared),
      ours: inUse(facts),
      why: "Nearly ours, but nothing in it tells processes from kernel memory.",
      reasons: {
        pcp: PCP,
        allocpage: ARC,
        kernelMiscReclaimable: "reclaimable, but not in SReclaimable",
      },
    }),
    ...toolRows({
      tool: "htop",
      label: "used (green bar)",
      source: SOURCE,
      formula: "MemTotal − MemFree − Buffers − Cached − SReclaimable − Zswap − (ARC size − c_min)",
      counted: minus(used, compressed),
      ours: minus(inUse(facts), ownBuckets(facts, ["shmem", "zpool"])) ?? inUse(facts),
      why: "Shows shared and compressed memory in bars of their own; the rest looks like processes.",
      reasons: {
        pcp: PCP,
        allocpage: ARC,
        zpool: "compressed pages of zram are in no bar of their own",
        kernelMiscReclaimable: "reclaimable, but not in SReclaimable",
      },
    }),
    ...barRow(facts, "shared (magenta bar)", "Shmem", shared, ["shmem"]),
    // The bar is there only while zswap holds something.
    ...barRow(
      facts,
      "compressed (grey bar)",
      "Zswap",
      total(compressed) > 0 ? compressed : undefined,
      ["zpool"],
    ),
    ...barRow(facts, "buffers (blue bar)", "Buffers", field("Buffers"), ["buffers"]),
    ...barRow(
      facts,
      "cache (yellow bar)",
      "Cached + SReclaimable − Shmem + (ARC size − c_min)",
      plus(cached, arc),
      ["fileCache", "slabReclaimable", "kernelMiscReclaimable"],
    ),
    ...toolRows({
      tool: "htop",
      label: "available",
      source: SOURCE,
      formula: "MemAvailable + (ARC size − c_min)",
      counted: plus(spreadAvailable(facts), arc),
      ours: toBeHad(facts),
      why: "The kernel’s estimate, and the ZFS cache that may shrink.",
      reasons: { ...UNAVAILABLE_REASONS, allocpage: ARC },
    }),
  ];
}

function barRow(
  facts: ToolFacts,
  label: string,
  formula: string,
  counted: Spread | undefined,
  ours: readonly BucketId[],
): readonly ReconcileRow[] {
  return toolRows({
    tool: "htop",
    label,
    source: SOURCE,
    formula,
    counted,
    ours: ownBuckets(facts, ours),
    why: "Our buckets of the same name, but for what is listed.",
    reasons: {
      zpool: "pages of zram, and of other pools than zswap’s",
      allocpage: ARC,
      kernelMiscReclaimable: "reclaimable, but not in SReclaimable",
    },
  });
}
