import { bucketBytes, bucketShare } from "../accounting/buckets";
import { formatBytes } from "../format-bytes";
import type { Evidence, NumaComposition } from "../report";
import type { Bytes } from "../units";
import type { Diagnosis } from "./diagnosis";

/** NUMA nodes that are nearly full although the others are not, because pages of nobody lie on them alone. */
export interface NumaSide {
  readonly nodes: readonly number[];
  /** In no counter on these nodes. */
  readonly bytes: Bytes;
  readonly evidence: readonly Evidence[];
}

const LARGE = 0.05;
const SHORT = 0.03;
/** Times what the node with the fewest has. */
const ONE_SIDED = 4;

/**
 * Pages that no counter shows, lying on one side of the machine: a card allocates on the node that it is plugged into. Only where
 * such a node has less than 3 % of its memory free or in caches: else it is no shortage.
 */
export function findNumaSide({ composition }: Diagnosis): NumaSide | undefined {
  const numa = composition?.numa ?? [];
  const least = Math.min(...numa.map((node) => bucketBytes(node, "allocpage")));
  const short = numa.filter((node) => isShort(node) && isLoaded(node, Math.max(0, least)));
  if (short.length === 0 || short.length * 2 > numa.length) return undefined;
  return {
    nodes: short.map(({ numaNode }) => numaNode),
    bytes: short.reduce((sum, node) => sum + bucketBytes(node, "allocpage"), 0),
    evidence: short.flatMap((node) => evidenceOf(node)),
  };
}

function isShort(node: NumaComposition): boolean {
  const reusable =
    bucketBytes(node, "free") +
    bucketBytes(node, "fileCache") +
    bucketBytes(node, "slabReclaimable");
  return reusable < node.memTotal * SHORT;
}

function isLoaded(node: NumaComposition, least: Bytes): boolean {
  const bytes = bucketBytes(node, "allocpage");
  return bytes > node.memTotal * LARGE && bytes > least * ONE_SIDED;
}

function evidenceOf(node: NumaComposition): readonly Evidence[] {
  const bytes = bucketBytes(node, "allocpage");
  const free = bucketShare(node, "free");
  return (free?.evidence ?? []).slice(0, 1).map((line) => ({
    ...line,
    text: `NUMA node ${node.numaNode}: pages in no counter, with ${formatBytes(bucketBytes(node, "free"))} free of ${formatBytes(node.memTotal)}`,
    value: bytes,
    formula: "MemTotal of the node − all other buckets of the node",
  }));
}
