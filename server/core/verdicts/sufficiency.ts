import { formatBytes } from "../format-bytes";
import type { KubernetesNode } from "../parse/kubernetes-node";
import type { OomReport } from "../parse/oom-report";
import type { Diagnosis } from "./diagnosis";

/** Without one field of each group the remainder means nothing: what is missing would be in it. */
const ESSENTIAL: readonly (readonly string[])[] = [
  ["MemFree"],
  ["Cached"],
  ["AnonPages", "Active"],
  ["Slab", "SUnreclaim"],
];

/** Fields that a cut paste lacks, one name per group; empty when a verdict is possible. */
export function missingFields({ snapshot }: Diagnosis): readonly string[] {
  const meminfo = snapshot.meminfo?.value;
  if (!meminfo) return [];
  const missing = ESSENTIAL.filter((group) => !group.some((field) => meminfo.has(field))).flatMap(
    ([first]) => first ?? [],
  );
  return isHugePageSizeUnknown(snapshot) ? [...missing, "Hugepagesize"] : missing;
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
  if (missing.length === 0) return undefined;
  return `No verdict: meminfo is cut, ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing, so what they hold cannot be told apart from the rest`;
}

/** What stands in an input without the node's totals, as far as it helps. */
function nothingMeasured(snapshot: Diagnosis["snapshot"]): string {
  const node = snapshot.kubernetesNode?.value;
  const limit = snapshot.kernelLog?.value.oom.findLast(({ cgroup }) => cgroup !== undefined);
  if (node) return clusterKnows(node);
  if (limit?.cgroup) return groupRanOut(limit);
  return "nothing in this input gives MemTotal (no meminfo)";
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
