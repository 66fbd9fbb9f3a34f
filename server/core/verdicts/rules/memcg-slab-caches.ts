import { isKernelAtLeast } from "../../accounting/kernel-version";
import type { SlabFamily } from "../../accounting/slab-families";
import { formatBytes } from "../../format-bytes";
import { KIB } from "../../units";
import { collectCaches, leftOf } from "../cache-set";
import { confidenceOf } from "../confidence";
import { SLABTOP } from "../confirm";
import type { Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";

/** A kernel has 150 to 400 caches of its own; each cgroup with kernel memory adds a set until 5.9. */
const WATCH = 20_000;
/** With rows that name their cgroup. 10,216 descriptors without any were seen on a container host at rest. */
const WATCH_COPIES = 10_000;
const SUSPECT = 100_000;
const OWN_CACHES = 400;
/** A cache that holds anything holds one slab; these are at most 8 pages. */
const LARGEST_SLAB = 32 * KIB;
/** Rows "name(id:cgroup)" that are no accident of a few containers. */
const MANY_COPIES = 2_000;

/** Before 5.9 every memory cgroup had its own copy of every cache it used, and removed cgroups kept them. */
export const memcgSlabCaches: Rule = {
  id: "memcg-slab-caches",
  title: "Slab caches of removed cgroups",
  bucket: "slabUnreclaimable",
  judge(diagnosis, rest) {
    const descriptors = collectCaches(diagnosis, ({ name }) => name === "kmem_cache");
    const [kmemCache] = descriptors.caches;
    const count = kmemCache?.activeObjects ?? 0;
    const copies = diagnosis.caches.reduce((sum, cache) => sum + cache.cgroupCopies, 0);
    if (!isOldKernel(diagnosis) || !isMany(count, copies)) return undefined;
    const own = ownBytes(diagnosis);
    const upper = leftOf(diagnosis, rest, {
      bucket: "slabUnreclaimable",
      bytes: Math.max(own, own + (count - OWN_CACHES) * LARGEST_SLAB),
    });
    const lower = Math.min(own, upper);
    const isSuspect =
      count > SUSPECT || lower > (diagnosis.memTotal ?? Number.POSITIVE_INFINITY) * 0.1;
    return {
      status: isSuspect ? "suspect" : "watch",
      headline: `${count > WATCH_COPIES ? `${count} slab caches exist` : `${copies} slab caches belong to single cgroups`}, a kernel has about ${OWN_CACHES / 2}: one set for each memory cgroup, removed ones included; ${formatBytes(lower)} at least`,
      confirm: [
        SLABTOP,
        {
          command:
            "awk '$1==\"memory\"{print $3}' /proc/cgroups; find /sys/fs/cgroup/memory -type d | wc -l",
          proves:
            "Memory cgroups that the kernel knows against directories that are left: the rest were removed and hold their caches.",
          risk: "Reads only.",
          root: false,
        },
      ],
      finding: {
        severity: isSuspect ? "critical" : "warning",
        ...confidenceOf([
          { factor: copies > 0 ? 1 : 0.8, why: "no row names its cgroup" },
          {
            factor: diagnosis.snapshot.node.kernel ? 1 : 0.9,
            why: "the kernel version is not known",
          },
        ]),
        bytes: { lower, upper },
        holders: descriptors.holders,
        evidence: [...descriptors.evidence, ...copiesEvidence(diagnosis)],
        fix: "Stop what makes a cgroup per job (cron with pam_systemd, short containers). Kernel 5.9 shares the caches between cgroups; 3.10 can be booted with cgroup.memory=nokmem.",
        fixRisk: "nokmem takes kernel memory out of the containers' limits; both need a reboot.",
      },
    };
  },
};

function isMany(descriptors: number, copies: number): boolean {
  return descriptors > (copies > 0 ? WATCH_COPIES : WATCH) || copies > MANY_COPIES;
}

function isOldKernel({ snapshot }: Diagnosis): boolean {
  const { kernel } = snapshot.node;
  return kernel === undefined || !isKernelAtLeast(kernel, 5, 9);
}

/** Descriptors, and every row that names a cgroup, as far as it cannot be reclaimed anyway. */
function ownBytes(diagnosis: Diagnosis): number {
  const descriptors = collectCaches(diagnosis, ({ name }) => /^kmem_cache(_node)?$/.test(name));
  const copies = collectCaches(diagnosis, isUnreclaimableCopy);
  return descriptors.bytes + copies.bytes;
}

function isUnreclaimableCopy({ cgroupCopies, reclaim, name }: SlabFamily): boolean {
  return cgroupCopies > 0 && reclaim !== "reclaimable" && !name.startsWith("kmem_cache");
}

function copiesEvidence({ caches }: Diagnosis) {
  const [largest] = caches
    .filter((cache) => cache.cgroupCopies > 0)
    .sort((a, b) => b.cgroupCopies - a.cgroupCopies);
  const [line] = largest?.evidence ?? [];
  if (!largest || !line) return [];
  return [
    {
      ...line,
      text: `rows of ${largest.name} that belong to one cgroup each`,
      value: largest.cgroupCopies,
      unit: "count" as const,
    },
  ];
}
