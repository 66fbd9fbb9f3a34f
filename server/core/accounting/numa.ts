import { quote } from "../evidence";
import type { Measured } from "../parse/parsed";
import {
  BUCKETS,
  type BucketId,
  type BucketShare,
  type Evidence,
  type NumaComposition,
} from "../report";
import type { Snapshot } from "../snapshot";
import { type Bytes, pagesToBytes } from "../units";
import { bucketGroup } from "./buckets";

interface NumaFacts {
  readonly snapshot: Snapshot;
  readonly numaNode: number;
  readonly file: string;
  readonly fields: ReadonlyMap<string, Measured>;
}

type Part = Omit<BucketShare, "group">;

/**
 * Each NUMA node's MemTotal split into buckets, in bytes. Nodes have no Percpu and no VmallocUsed of
 * their own: pcp lists come from zoneinfo, vmalloc from vmallocinfo's `N0=` words, the rest stays in
 * the node's allocpage. Source: drivers/base/node.c.
 */
export function composeNuma(snapshot: Snapshot): readonly NumaComposition[] {
  // A sosreport has the nodes' files and numastat, which rounds the same numbers.
  const exact = snapshot.numaMeminfo.filter(({ roundedTo }) => roundedTo === undefined);
  const sources = exact.length > 0 ? exact : snapshot.numaMeminfo;
  return sources
    .flatMap(({ file, value }) =>
      [...value].flatMap(([numaNode, fields]) => composeOne({ snapshot, numaNode, file, fields })),
    )
    .sort((a, b) => a.numaNode - b.numaNode);
}

function composeOne(facts: NumaFacts): readonly NumaComposition[] {
  const memTotal = facts.fields.get("MemTotal")?.value;
  if (memTotal === undefined) return [];
  const parts = nodeParts(facts);
  const rest: Part = {
    id: "allocpage",
    bytes: memTotal - parts.reduce((sum, part) => sum + part.bytes, 0),
    how: "remainder",
    from: ["MemTotal"],
  };
  const byId = new Map([...parts, rest].map((part) => [part.id, part]));
  const buckets = BUCKETS.flatMap((id) => {
    const part = byId.get(id);
    return part ? [{ ...part, group: bucketGroup(id) }] : [];
  });
  return [{ numaNode: facts.numaNode, memTotal, buckets }];
}

function nodeParts(facts: NumaFacts): readonly Part[] {
  const parts = [
    plain(facts, "anon", "AnonPages"),
    plain(facts, "shmem", "Shmem"),
    fileCache(facts),
    hugetlb(facts),
    plain(facts, "slabReclaimable", "SReclaimable"),
    plain(facts, "slabUnreclaimable", "SUnreclaim"),
    plain(facts, "kernelStack", "KernelStack"),
    plain(facts, "pageTables", "PageTables"),
    plain(facts, "secPageTables", "SecPageTables"),
    plain(facts, "bounce", "Bounce"),
    plain(facts, "writebackTmp", "WritebackTmp"),
    kernelMisc(facts),
    nodeVmalloc(facts),
    nodePcp(facts),
    plain(facts, "free", "MemFree"),
  ];
  return parts.filter((part) => part !== undefined);
}

function evidenceFor(facts: NumaFacts, field: string): readonly Evidence[] {
  const measured = facts.fields.get(field);
  if (!measured) return [];
  return [
    quote(
      facts.snapshot,
      { file: facts.file, line: measured.line },
      { text: field, value: measured.value, unit: "bytes" },
    ),
  ];
}

function plain(facts: NumaFacts, id: BucketId, field: string): Part | undefined {
  const measured = facts.fields.get(field);
  if (!measured) return undefined;
  return {
    id,
    bytes: measured.value,
    how: "field",
    from: [field],
    evidence: evidenceFor(facts, field),
  };
}

/** FilePages holds cached, buffers, swap cache and shmem of the node. */
function fileCache(facts: NumaFacts): Part | undefined {
  const filePages = facts.fields.get("FilePages")?.value;
  if (filePages === undefined) return undefined;
  const shmem = facts.fields.get("Shmem")?.value ?? 0;
  return {
    id: "fileCache",
    bytes: filePages - shmem,
    how: "derived",
    from: ["FilePages", "Shmem"],
    evidence: evidenceFor(facts, "FilePages"),
  };
}

function kernelMisc(facts: NumaFacts): Part | undefined {
  const all = facts.fields.get("KReclaimable")?.value;
  const slab = facts.fields.get("SReclaimable")?.value;
  if (all === undefined || slab === undefined) return undefined;
  const bytes = Math.max(0, all - slab);
  return {
    id: "kernelMiscReclaimable",
    bytes,
    how: "derived",
    from: ["KReclaimable", "SReclaimable"],
  };
}

/** All sizes from nodeN/hugepages where given, else the default size's count. */
function hugetlb(facts: NumaFacts): Part | undefined {
  const pools = facts.snapshot.hugepagePools.filter(
    (pool) => pool.numaNode === facts.numaNode && pool.field === "nr_hugepages",
  );
  if (pools.length > 0) {
    const bytes = pools.reduce((sum, pool) => sum + pool.count * pool.pageSize, 0);
    return { id: "hugetlb", bytes, how: "derived", from: ["nr_hugepages"] };
  }
  const count = facts.fields.get("HugePages_Total")?.value;
  const size = facts.snapshot.meminfo?.value.get("Hugepagesize")?.value;
  if (count === undefined || (count > 0 && size === undefined)) return undefined;
  return { id: "hugetlb", bytes: count * (size ?? 0), how: "derived", from: ["HugePages_Total"] };
}

function nodePcp(facts: NumaFacts): Part | undefined {
  const zones = facts.snapshot.zoneinfo?.value.zones.filter(
    (zone) => zone.numaNode === facts.numaNode,
  );
  if (!zones || zones.length === 0) return undefined;
  const pages = zones
    .flatMap((zone) => zone.pcpCounts)
    .reduce((sum, count) => sum + count.value, 0);
  return { id: "pcp", bytes: pageBytes(facts, pages), how: "derived", from: ["zoneinfo count:"] };
}

function nodeVmalloc(facts: NumaFacts): Part | undefined {
  const areas = facts.snapshot.vmallocinfo?.value;
  if (!areas) return undefined;
  const pages = areas
    .filter((area) => area.flags.includes("vmalloc"))
    .reduce((sum, area) => sum + (area.numaPages.get(facts.numaNode) ?? 0), 0);
  const isSplitByNode = pages > 0;
  const stack = facts.fields.get("KernelStack")?.value ?? 0;
  if (!isSplitByNode) return undefined;
  const bytes = Math.max(0, pageBytes(facts, pages) - stack);
  return {
    id: "vmalloc",
    bytes,
    how: "derived",
    from: [`vmallocinfo N${facts.numaNode}=`, "KernelStack"],
  };
}

function pageBytes(facts: NumaFacts, pages: number): Bytes {
  return pagesToBytes(pages, facts.snapshot.node.pageSize);
}
