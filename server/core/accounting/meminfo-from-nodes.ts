import type { Measured } from "../parse/parsed";
import type { MeminfoSource, Snapshot } from "../snapshot";

interface NodeFile {
  readonly numaNode: number;
  readonly file: string;
  readonly fields: ReadonlyMap<string, Measured>;
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
  const why =
    "no /proc/meminfo: its fields are summed over the NUMA nodes, which print neither Percpu nor VmallocUsed";
  return {
    file: first.file,
    value,
    derived: { via: "node-files", formulas, doubts: [{ bytes: 0, why }] },
  };
}

function nodeFiles(snapshot: Snapshot): readonly NodeFile[] {
  const byNode = new Map<number, NodeFile>();
  for (const { file, value } of snapshot.numaMeminfo) {
    for (const [numaNode, fields] of value) {
      if (!byNode.has(numaNode)) byNode.set(numaNode, { numaNode, file, fields });
    }
  }
  return [...byNode.values()].sort((a, b) => a.numaNode - b.numaNode);
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
