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
  if (!all) pools.push(...bootPools(snapshot, pools));
  const known = pools.reduce((sum, { total }) => sum + total, 0);
  const others = (all?.value ?? 0) - known;
  if (all && others > 0) pools.push({ total: others, evidence: [all] });
  return pools.filter(({ total }) => total > 0);
}

/** Sizes that nothing but the boot tells of; how many of the pages are free is not known. */
function bootPools(snapshot: Snapshot, known: readonly HugepagePool[]): readonly HugepagePool[] {
  if (snapshot.hugepagePools.length > 0) return [];
  return hugepagesAtBoot(snapshot)
    .filter(({ pageSize }) => !known.some((pool) => pool.pageSize === pageSize))
    .map(({ pageSize, evidence }) => ({ pageSize, total: evidence.value, evidence: [evidence] }));
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

/** Pages of one size that were set aside at boot; whether they are in use nothing tells. */
interface BootPool {
  readonly pageSize: Bytes;
  readonly evidence: Evidence;
}

/** What the boot log says was set aside, else what the boot parameters ask for; sizes with none left out. */
export function hugepagesAtBoot(snapshot: Snapshot): readonly BootPool[] {
  const { bootLog, kernelCmdline } = snapshot;
  const logged = bootLog?.value.hugepages ?? [];
  if (bootLog && logged.length > 0) {
    return logged
      .filter(({ value }) => value > 0)
      .map(({ pageSize, value, line }) =>
        bootPool(snapshot, { file: bootLog.file, line }, { pageSize, count: value }),
      );
  }
  if (!kernelCmdline) return [];
  const at = { file: kernelCmdline.file, line: kernelCmdline.value.line };
  return kernelCmdline.value.hugepages.flatMap(({ pageSize, count }) =>
    pageSize === undefined || count === 0 ? [] : [bootPool(snapshot, at, { pageSize, count })],
  );
}

function bootPool(
  snapshot: Snapshot,
  at: { readonly file: string; readonly line: number },
  of: { readonly pageSize: Bytes; readonly count: number },
): BootPool {
  const evidence = quote(snapshot, at, {
    text: "huge pages of another size, set aside at boot",
    value: of.count * of.pageSize,
    unit: "bytes",
    formula: `${of.count} × ${of.pageSize} bytes`,
  });
  return { pageSize: of.pageSize, evidence };
}
