import type { CgroupMemory } from "../../parse/cgroup-memory";
import type { ReconcileRow } from "../../report-reconcile";
import type { Bytes } from "../../units";
import { bucketBytes } from "../buckets";
import { fill, minus, type Spread, spreadField, type ToolFacts } from "./spread";
import { inUse, type Reasons, reasonForKernel, toBeHad, toolRows } from "./tool-row";

interface WorkingSet {
  readonly spread: Spread | undefined;
  readonly label: string;
  readonly formula: string;
  readonly source: string;
  /** Made of what the root cgroup is charged with; else of MemFree, and so of kernel memory too. */
  readonly isCharged: boolean;
}

const KUBELET = "kubelet 1, cAdvisor’s statistics of the root cgroup";
const NOT_CHARGED = "kernel memory is in neither the anon nor the file pages of the root cgroup";
const REASONS: Reasons = {
  fileCache: "file pages on the active list count as used",
  buffers: "cache of block devices counts as used",
  pcp: "free pages on per-CPU lists are not in MemFree",
};
/**
 * What the kubelet makes of the root cgroup: the working set is usage less inactive file pages, and
 * `memory.available`, which evictions are decided by, is what it leaves of MemTotal.
 *
 * v1: memory.usage_in_bytes, which is anonymous and file pages for the root (mm/memcontrol.c,
 * mem_cgroup_usage). v2: the root has no memory.current; libcontainer adds anon and file of memory.stat
 * (opencontainers/runc#3933), and took MemTotal − MemFree before that.
 */
export function kubernetesRows(facts: ToolFacts): readonly ReconcileRow[] {
  const root = facts.snapshot.cgroupMemory?.value.find(({ path }) => path === "/");
  if (!root) return [];
  return workingSets(facts, root).flatMap((set) => rowsOf(facts, set));
}

function rowsOf(facts: ToolFacts, set: WorkingSet): readonly ReconcileRow[] {
  const { isCharged } = set;
  const reasons = isCharged
    ? { ...REASONS, ...reasonForKernel(NOT_CHARGED) }
    : { ...REASONS, slabReclaimable: "reclaimable, but counted as used" };
  return [
    ...toolRows({
      tool: "kubectl-top",
      label: `working set (${set.label})`,
      source: `${set.source}; metrics-server`,
      formula: set.formula,
      counted: set.spread,
      ours: inUse(facts),
      why: isCharged
        ? "The root cgroup is charged with pages of processes and files alone: memory held by the kernel does not show."
        : "Counts file pages on the active list, block device cache and reclaimable slab as used.",
      reasons,
    }),
    ...toolRows({
      tool: "kubelet",
      label: `memory.available (${set.label})`,
      source: `${set.source}, eviction/helpers.go (makeSignalObservations)`,
      formula: `MemTotal − (${set.formula})`,
      counted: minus(spreadField(facts, "MemTotal"), set.spread),
      ours: toBeHad(facts),
      why: isCharged
        ? "Evictions go by this number: kernel memory that leaks leaves it unchanged."
        : "Evictions go by this number, which takes no reclaimable slab for available.",
      reasons,
    }),
  ];
}

function workingSets(facts: ToolFacts, root: CgroupMemory): readonly WorkingSet[] {
  const usage = root.values.get("memory.usage_in_bytes")?.value;
  if (usage !== undefined) return workingSetV1(facts, root, usage);
  // Only a cgroup that is no root has this file: then "/" is a container's own.
  if (root.values.has("memory.current")) return [];
  return workingSetsV2(facts, root);
}

function workingSetV1(facts: ToolFacts, root: CgroupMemory, usage: Bytes): readonly WorkingSet[] {
  const inactive = root.stat.get("total_inactive_file")?.value;
  if (inactive === undefined || !isWholeNode(facts, usage)) return [];
  return [
    {
      label: "cgroup v1",
      source: KUBELET,
      formula: "memory.usage_in_bytes − total_inactive_file",
      spread: minus(chargedPages(facts, usage), inFileCache(facts, inactive)),
      isCharged: true,
    },
  ];
}

function workingSetsV2(facts: ToolFacts, root: CgroupMemory): readonly WorkingSet[] {
  const [anon, file, inactive] = ["anon", "file", "inactive_file"].map(
    (name) => root.stat.get(name)?.value,
  );
  if (anon === undefined || file === undefined || inactive === undefined) return [];
  if (!isWholeNode(facts, anon + file)) return [];
  const off = inFileCache(facts, inactive);
  return [
    {
      label: "cgroup v2",
      source: `${KUBELET}, libcontainer since runc#3933`,
      formula: "anon + file − inactive_file",
      spread: minus(chargedPages(facts, anon + file), off),
      isCharged: true,
    },
    {
      label: "cgroup v2, before 2023-08",
      source: `${KUBELET}, libcontainer before runc#3933`,
      formula: "MemTotal − MemFree − inactive_file",
      spread: minus(spreadField(facts, "MemTotal"), spreadField(facts, "MemFree"), off),
      isCharged: false,
    },
  ];
}

/** Anonymous and file pages; the swap cache and block device cache are file pages. */
function chargedPages(facts: ToolFacts, bytes: Bytes): Spread | undefined {
  return fill(facts, bytes, ["anon", "shmem", "buffers", "swapCache", "fileCache"]);
}

function inFileCache(facts: ToolFacts, bytes: Bytes): Spread | undefined {
  return fill(facts, bytes, ["fileCache"]);
}

/** In a cgroup namespace "/" is a container: its charges are far from what the node holds. */
function isWholeNode({ composition }: ToolFacts, charged: Bytes): boolean {
  const pages = (["anon", "shmem", "fileCache", "buffers", "swapCache"] as const).reduce(
    (sum, id) => sum + bucketBytes(composition, id),
    0,
  );
  return Math.abs(charged - pages) <= pages / 10;
}
