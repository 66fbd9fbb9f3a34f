import { hugepagesAtBoot } from "../accounting/hugepages";
import { formatBytes } from "../format-bytes";
import type { KubernetesNode } from "../parse/kubernetes-node";
import type { OomReport } from "../parse/oom-report";
import { GIB } from "../units";
import type { Diagnosis } from "./diagnosis";
import { isTooLittleToHide, partialTotals } from "./partial-totals";
import { sizeStatus } from "./thresholds";

/** Without one field of each group the remainder means nothing: what is missing would be in it. */
const ESSENTIAL: readonly (readonly string[])[] = [
  ["MemFree"],
  ["Cached"],
  ["AnonPages", "Active"],
  ["Slab", "SUnreclaim"],
];

const PRINTED_BEFORE = ["Buffers", "Active", "Inactive", "Dirty"];
/** In the order in which the kernel prints them, below the ones that every paste has. */
const TAIL = ["KernelStack", "PageTables", "VmallocUsed", "HugePages_Total"];

/** Fields that a cut paste lacks, one name per group; empty when a verdict is possible. */
export function missingFields(diagnosis: Diagnosis): readonly string[] {
  const { snapshot } = diagnosis;
  const meminfo = snapshot.meminfo?.value;
  if (!meminfo) return [];
  const missing = ESSENTIAL.filter((group) => !group.some((field) => meminfo.has(field))).flatMap(
    ([first]) => first ?? [],
  );
  return [
    ...missing,
    ...(isHugePageSizeUnknown(snapshot) ? ["Hugepagesize"] : []),
    ...(areOtherSizesUnknown(diagnosis) ? ["Hugetlb"] : []),
    ...(isTailInRemainder(diagnosis) ? TAIL.filter((field) => !meminfo.has(field)) : []),
  ];
}

/**
 * The paste ends before the huge pages, and so much is left over that they may be it. Every kernel prints VmallocUsed
 * before them, and x86 prints DirectMap4k after them. Lines picked by hand are no cut: they were looked at.
 */
function isTailInRemainder({ snapshot, unexplained, memTotal }: Diagnosis): boolean {
  const { meminfo, node } = snapshot;
  if (!meminfo || meminfo.derived || meminfo.value.has("HugePages_Total")) return false;
  if (!PRINTED_BEFORE.every((field) => meminfo.value.has(field))) return false;
  const later = node.arch === "x86_64" ? ["DirectMap4k"] : ["VmallocTotal", "VmallocUsed"];
  const isCut = !later.some((field) => meminfo.value.has(field));
  return isCut && sizeStatus(unexplained, memTotal) === "suspect";
}

/** False for a paste that ends after Slab on a kernel that goes on with how much of it is reclaimable (2.6.19). */
export function isSlabSplitKnown({ snapshot }: Diagnosis): boolean {
  const meminfo = snapshot.meminfo?.value;
  if (!meminfo?.has("Slab")) return true;
  const isSar = snapshot.meminfo?.derived?.via === "sar";
  const isOld = !isSar && !meminfo.has("Shmem") && !meminfo.has("MemAvailable");
  return isOld || SLAB_SPLIT.some((field) => meminfo.has(field));
}
const SLAB_SPLIT = ["SUnreclaim", "SReclaimable", "KReclaimable"];

const LARGE_SERVER = 64 * GIB;

/**
 * Before 4.16 meminfo tells of the default size of huge pages alone. Where most of a large machine is in no
 * counter that may be huge pages of another size, which databases and packet processing take up to 95 % of;
 * a leak of that size would have killed everything else.
 */
function areOtherSizesUnknown({ snapshot, memTotal = 0, unexplained }: Diagnosis): boolean {
  const { meminfo, hugepagePools } = snapshot;
  // sar prints huge pages only when asked (-H, -A): without, they may be all that is left over.
  if (meminfo?.derived?.via === "sar" && !meminfo.value.has("Hugetlb")) {
    return sizeStatus(unexplained, memTotal) !== undefined;
  }
  if (!meminfo || meminfo.derived || meminfo.value.has("Hugetlb")) return false;
  if (!meminfo.value.has("HugePages_Total")) return false;
  if (hugepagePools.length > 0 || hugepagesAtBoot(snapshot).length > 0) return false;
  return memTotal >= LARGE_SERVER && unexplained > memTotal * 0.7;
}

/** NUMA nodes print how many huge pages they have and not how large: then those pages are in the remainder. */
function isHugePageSizeUnknown(snapshot: Diagnosis["snapshot"]): boolean {
  const meminfo = snapshot.meminfo?.value;
  if (!meminfo?.get("HugePages_Total")?.value) return false;
  return (
    !meminfo.has("Hugepagesize") && !meminfo.has("Hugetlb") && snapshot.hugepagePools.length === 0
  );
}

/** Why no verdict is possible, as a sentence; absent when one is. */
export function insufficiency(diagnosis: Diagnosis): string | undefined {
  if (!diagnosis.composition) {
    return `No verdict: ${nothingMeasured(diagnosis.snapshot)}`;
  }
  const missing = missingFields(diagnosis);
  if (missing.length === 0 || isTooLittleToHide(diagnosis)) return undefined;
  return partialTotals(diagnosis, missing) ?? cutPaste(missing);
}

function cutPaste(missing: readonly string[]): string {
  return `No verdict: meminfo is cut, ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing, so what they hold cannot be told apart from the rest`;
}

/** What stands in an input without the node's totals, as far as it helps. */
function nothingMeasured(snapshot: Diagnosis["snapshot"]): string {
  const node = snapshot.kubernetesNode?.value;
  const limit = snapshot.kernelLog?.value.oom.findLast(({ cgroup }) => cgroup !== undefined);
  if (node) return clusterKnows(node);
  if (limit?.cgroup) return groupRanOut(limit);
  return memleakChecked(snapshot) ?? "nothing in this input gives MemTotal (no meminfo)";
}

/** sysak memleak -c prints three sizes and not the memory they are a part of. */
function memleakChecked({ meminfo }: Diagnosis["snapshot"]): string | undefined {
  if (meminfo?.derived?.via !== "sysak-check") return undefined;
  const bytes = (field: string): string => formatBytes(meminfo.value.get(field)?.value ?? 0);
  const rest = formatBytes(meminfo.derived.doubts[0]?.bytes ?? 0);
  const known = `${bytes("SUnreclaim")} of slab that cannot be reclaimed, ${bytes("VmallocUsed")} of vmalloc and ${rest} in no other counter`;
  return `sysak memleak -c shows ${known} (page tables, stacks and per-CPU memory are in that); without MemTotal it cannot be said whether that is much`;
}

function clusterKnows(node: KubernetesNode): string {
  const size = node.capacity ? `the node has ${formatBytes(node.capacity.value)}` : "";
  const pods = node.allocatable ? `${formatBytes(node.allocatable.value)} for pods` : "";
  const pressure = node.memoryPressure ? `MemoryPressure is ${node.memoryPressure.status}` : "";
  const known = [size, pods, pressure].filter((each) => each !== "").join(", ");
  const facts = known === "" ? "" : ` (${known})`;
  return `the cluster's own data do not say what holds the memory of a node${facts}; a sosreport of it would`;
}

function groupRanOut({ cgroup, killed }: OomReport): string {
  const limit = cgroup?.limit ? ` of ${formatBytes(cgroup.limit.value)}` : "";
  const victim = killed ? ` and ${killed.comm} was killed` : "";
  return `a memory cgroup ran into its own limit${limit}${victim}; that says nothing of the node's memory`;
}
