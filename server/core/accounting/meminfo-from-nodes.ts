import type { Measured } from "../parse/parsed";
import type { MeminfoSource, NumaSource, Snapshot } from "../snapshot";
import { type Bytes, MIB } from "../units";

interface NodeFile {
  readonly numaNode: number;
  readonly file: string;
  readonly fields: ReadonlyMap<string, Measured>;
  readonly roundedTo?: Bytes;
}

/** Not fields of /proc/meminfo: FilePages becomes Cached, MemUsed is MemTotal − MemFree. */
const OWN_FIELDS = new Set(["FilePages", "MemUsed"]);

/**
 * /proc/meminfo as the sum over the NUMA nodes' meminfo, in bytes; lines are those of the first node.
 * Absent without MemTotal of every node that zoneinfo knows. A field that one node lacks is left out:
 * half a sum misleads. FilePages holds Buffers too (and SwapCached), so Cached does here.
 * Source: drivers/base/node.c (node_read_meminfo).
 */
export function meminfoFromNodeFiles(snapshot: Snapshot): MeminfoSource | undefined {
  const nodes = nodeFiles(snapshot);
  const [first] = nodes;
  if (!first || !isComplete(snapshot, nodes)) return undefined;
  const sums = sumFields(nodes, first);
  const value = new Map([...sums].filter(([field]) => !OWN_FIELDS.has(field)));
  const formulas = new Map(
    nodes.length > 1
      ? [...value.keys()].map((field) => [field, `sum over ${nodes.length} NUMA nodes`])
      : [],
  );
  addCached({ sums, value, formulas });
  const { file, roundedTo } = first;
  if (roundedTo === undefined) {
    return { file, value, derived: { via: "node-files", formulas, doubts: [NO_MEMINFO] } };
  }
  addHugePageSize(value, formulas);
  const doubts = [NO_MEMINFO, roundingDoubt(roundedTo, nodes.length)];
  return { file, value, derived: { via: "numastat", formulas, doubts } };
}

const NO_MEMINFO = {
  bytes: 0,
  why: "no /proc/meminfo: its fields are summed over the NUMA nodes, which print neither Percpu nor VmallocUsed",
};
/** Terms of the ledger that a NUMA node prints, MemTotal among them. */
const NODE_TERMS = 10;

function roundingDoubt(roundedTo: Bytes, nodes: number): { bytes: Bytes; why: string } {
  const bytes = (roundedTo / 2) * NODE_TERMS * nodes;
  return { bytes, why: "numastat rounds every number of every node" };
}

/** numastat turns counts of huge pages into megabytes; here they are counts of 2 MiB again. */
function addHugePageSize(value: Map<string, Measured>, formulas: Map<string, string>): void {
  const count = value.get("HugePages_Total");
  if (!count) return;
  value.set("Hugepagesize", { value: 2 * MIB, line: count.line });
  formulas.set("Hugepagesize", "numastat prints huge pages in MB: counted here as pages of 2 MiB");
}

function nodeFiles(snapshot: Snapshot): readonly NodeFile[] {
  const byNode = new Map<number, NodeFile>();
  for (const { file, value, roundedTo } of exactFirst(snapshot.numaMeminfo)) {
    for (const [numaNode, fields] of value) {
      if (byNode.has(numaNode)) continue;
      const node = { numaNode, file, fields };
      byNode.set(numaNode, roundedTo === undefined ? node : { ...node, roundedTo });
    }
  }
  return [...byNode.values()].sort((a, b) => a.numaNode - b.numaNode);
}

/** The kernel's own files before what numastat made of them. */
function exactFirst(sources: Snapshot["numaMeminfo"]): Snapshot["numaMeminfo"] {
  const isRounded = (source: NumaSource): number => Number(source.roundedTo !== undefined);
  return [...sources].sort((a, b) => isRounded(a) - isRounded(b));
}

function isComplete(snapshot: Snapshot, nodes: readonly NodeFile[]): boolean {
  const there = new Set(nodes.map((node) => node.numaNode));
  const zones = snapshot.zoneinfo?.value.zones ?? [];
  return (
    nodes.every((node) => node.fields.has("MemTotal")) &&
    zones.every((zone) => there.has(zone.numaNode))
  );
}

function sumFields(nodes: readonly NodeFile[], first: NodeFile): ReadonlyMap<string, Measured> {
  const sums = new Map<string, Measured>();
  for (const [field, { line }] of first.fields) {
    const values = nodes.flatMap((node) => node.fields.get(field)?.value ?? []);
    if (values.length < nodes.length) continue;
    sums.set(field, { value: values.reduce((sum, value) => sum + value, 0), line });
  }
  return sums;
}

function addCached(of: {
  readonly sums: ReadonlyMap<string, Measured>;
  readonly value: Map<string, Measured>;
  readonly formulas: Map<string, string>;
}): void {
  const filePages = of.sums.get("FilePages");
  if (!filePages) return;
  // Printed per node since 5.12; before, the swap cache stays within Cached.
  const swapCached = of.sums.get("SwapCached")?.value ?? 0;
  of.value.set("Cached", { value: filePages.value - swapCached, line: filePages.line });
  of.formulas.set("Cached", "FilePages − SwapCached, Buffers included, of all NUMA nodes");
}
