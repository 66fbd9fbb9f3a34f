import { quote } from "../evidence";
import type { Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";
import { meminfoEvidence } from "./ledger-facts";

/** Huge pages of one size, of the machine or, where only that is known, of one NUMA node. Bytes. */
export interface HugepagePool {
  /** Absent for the sizes that meminfo only shows added up. */
  readonly pageSize?: Bytes;
  readonly numaNode?: number;
  readonly total: Bytes;
  /** Free and promised to nobody; absent where nothing tells. */
  readonly unused?: Bytes;
  readonly evidence: readonly Evidence[];
}

/**
 * Every pool the snapshot knows: the files of each size (the machine's, else those of its nodes), the default
 * size as meminfo prints it, and what `Hugetlb` says beyond both.
 */
export function viewHugepages(snapshot: Snapshot): readonly HugepagePool[] {
  const pools = [...poolsFromFiles(snapshot)];
  const standard = defaultPool(snapshot);
  if (standard && !pools.some(({ pageSize }) => pageSize === standard.pageSize)) {
    pools.push(standard);
  }
  const all = meminfoEvidence(snapshot, "Hugetlb");
  const known = pools.reduce((sum, { total }) => sum + total, 0);
  const others = (all?.value ?? 0) - known;
  if (all && others > 0) pools.push({ total: others, evidence: [all] });
  return pools.filter(({ total }) => total > 0);
}

function poolsFromFiles(snapshot: Snapshot): readonly HugepagePool[] {
  const totals = snapshot.hugepagePools.filter(({ field }) => field === "nr_hugepages");
  const ofMachine = totals.filter(({ numaNode }) => numaNode === undefined);
  const sizes = new Set(ofMachine.map(({ pageSize }) => pageSize));
  const ofNodes = totals.filter(
    ({ numaNode, pageSize }) => numaNode !== undefined && !sizes.has(pageSize),
  );
  return [...ofMachine, ...ofNodes].map(({ pageSize, numaNode }) =>
    poolFromFiles(snapshot, pageSize, numaNode),
  );
}

function poolFromFiles(
  snapshot: Snapshot,
  pageSize: Bytes,
  numaNode: number | undefined,
): HugepagePool {
  const files = snapshot.hugepagePools.filter(
    (file) => file.pageSize === pageSize && file.numaNode === numaNode,
  );
  const count = (field: string): number | undefined =>
    files.find((file) => file.field === field)?.count;
  const free = count("free_hugepages");
  return {
    pageSize,
    ...(numaNode === undefined ? {} : { numaNode }),
    total: (count("nr_hugepages") ?? 0) * pageSize,
    ...(free === undefined
      ? {}
      : { unused: Math.max(0, free - (count("resv_hugepages") ?? 0)) * pageSize }),
    evidence: files.map((file) =>
      quote(
        snapshot,
        { file: file.file, line: 1 },
        { text: `${file.field}, pages of ${pageSize} bytes`, value: file.count, unit: "count" },
      ),
    ),
  };
}

function defaultPool(snapshot: Snapshot): HugepagePool | undefined {
  const { meminfo } = snapshot;
  const field = (name: string): number | undefined => meminfo?.value.get(name)?.value;
  const pageSize = field("Hugepagesize");
  const count = field("HugePages_Total");
  const free = field("HugePages_Free");
  if (!meminfo || !pageSize || !count) return undefined;
  const evidence = ["HugePages_Total", "HugePages_Free", "HugePages_Rsvd"].flatMap((name) => {
    const measured = meminfo.value.get(name);
    if (!measured) return [];
    const at = { file: meminfo.file, line: measured.line };
    return [quote(snapshot, at, { text: name, value: measured.value, unit: "count" as const })];
  });
  const unused =
    free === undefined ? undefined : Math.max(0, free - (field("HugePages_Rsvd") ?? 0));
  return {
    ...{ pageSize, total: count * pageSize, evidence },
    ...(unused === undefined ? {} : { unused: unused * pageSize }),
  };
}
