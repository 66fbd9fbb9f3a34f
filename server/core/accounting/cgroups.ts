import { quote } from "../evidence";
import type { CgroupMemory } from "../parse/cgroup-memory";
import type { CgroupShare, Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";
import { podOf } from "./pods";

const LARGEST_SHOWN = 200;
/** Parts of `kernel` that have a counter of their own (mm/memcontrol.c, cgroup v2). */
const KERNEL_PARTS = [
  "slab",
  "kernel_stack",
  "pagetables",
  "sec_pagetables",
  "percpu",
  "vmalloc",
  "zswap",
] as const;

/** What each memory cgroup is charged with, largest first, in bytes. */
export function shareCgroups(snapshot: Snapshot): readonly CgroupShare[] {
  const source = snapshot.cgroupMemory;
  if (!source) return [];
  return source.value
    .map((cgroup) => shareOne(snapshot, source.file, cgroup))
    .sort((a, b) => (b.current ?? 0) - (a.current ?? 0))
    .slice(0, LARGEST_SHOWN);
}

function shareOne(snapshot: Snapshot, file: string, cgroup: CgroupMemory): CgroupShare {
  const isV2 = cgroup.values.has("memory.current") || cgroup.stat.has("file");
  const pod = podOf(cgroup.path);
  return {
    path: cgroup.path,
    ...(pod ? { pod } : {}),
    ...(isV2 ? shareV2(cgroup) : shareV1(cgroup)),
    evidence: currentEvidence(snapshot, file, cgroup),
  };
}

function shareV2(cgroup: CgroupMemory): Partial<CgroupShare> {
  const stat = (field: string): Bytes | undefined => cgroup.stat.get(field)?.value;
  const current = cgroup.values.get("memory.current")?.value;
  return present({
    current,
    anon: stat("anon"),
    file: stat("file"),
    shmem: stat("shmem"),
    kernel: stat("kernel"),
    sock: stat("sock"),
    kernelOther: kernelOther(cgroup, current),
  });
}

/** `kernel` (5.18+) less its parts; before it, what `current` holds beyond everything counted. */
function kernelOther(cgroup: CgroupMemory, current: Bytes | undefined): Bytes | undefined {
  const stat = (field: string): Bytes => cgroup.stat.get(field)?.value ?? 0;
  const parts = KERNEL_PARTS.reduce((sum, field) => sum + stat(field), 0);
  const kernel = cgroup.stat.get("kernel")?.value;
  if (kernel !== undefined) return Math.max(0, kernel - parts);
  if (current === undefined) return undefined;
  return Math.max(0, current - stat("anon") - stat("file") - stat("sock") - parts);
}

function shareV1(cgroup: CgroupMemory): Partial<CgroupShare> {
  const total = (field: string): Bytes | undefined =>
    cgroup.stat.get(`total_${field}`)?.value ?? cgroup.stat.get(field)?.value;
  return present({
    current: cgroup.values.get("memory.usage_in_bytes")?.value,
    anon: total("rss"),
    file: total("cache"),
    shmem: total("shmem"),
    kernel: cgroup.values.get("memory.kmem.usage_in_bytes")?.value,
    sock: cgroup.values.get("memory.kmem.tcp.usage_in_bytes")?.value,
  });
}

function present(
  share: { readonly [K in keyof CgroupShare]?: CgroupShare[K] | undefined },
): Partial<CgroupShare> {
  return Object.fromEntries(Object.entries(share).filter(([, value]) => value !== undefined));
}

function currentEvidence(
  snapshot: Snapshot,
  file: string,
  cgroup: CgroupMemory,
): readonly Evidence[] {
  const current = cgroup.values.get("memory.current") ?? cgroup.values.get("memory.usage_in_bytes");
  if (!current) return [];
  return [
    quote(
      snapshot,
      { file, line: current.line },
      { text: "charged", value: current.value, unit: "bytes" },
    ),
  ];
}
