import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { type Bytes, GIB } from "../../units";
import { confidenceOf } from "../confidence";
import { bytesOf, type Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";

interface Pool {
  readonly total: Bytes;
  readonly unused: Bytes;
  readonly evidence: readonly Evidence[];
}

/** Huge pages set aside that nobody uses: lost to everything else. More than 1 GiB and half of the pool. */
export const hugetlbUnused: Rule = {
  id: "hugetlb-unused",
  title: "Huge pages set aside and unused",
  bucket: "hugetlb",
  judge(diagnosis) {
    const pool = defaultPool(diagnosis);
    if (!pool || pool.unused <= GIB || pool.unused <= pool.total * 0.5) return undefined;
    return {
      status: "watch",
      headline: `${formatBytes(pool.unused)} of huge pages are set aside and used by nobody`,
      confirm: [
        {
          command:
            "grep -H . /sys/kernel/mm/hugepages/*/{nr,free,resv}_hugepages; grep -l -E 'Private_Hugetlb: +[1-9]' /proc/[0-9]*/smaps",
          proves: "Which pools are unused, and which processes use the others.",
          risk: "Reads only; smaps of large processes take a while.",
          root: true,
        },
      ],
      finding: {
        severity: "warning",
        ...confidenceOf([{ factor: 0.9, why: "a program may be about to use them" }]),
        bytes: { lower: pool.unused, upper: Math.max(pool.unused, bytesOf(diagnosis, "hugetlb")) },
        holders: [],
        evidence: pool.evidence,
        fix: "Shrink the pool (vm.nr_hugepages) to what its user needs.",
        fixRisk:
          "A program that starts later and asks for huge pages fails or falls back to small ones.",
      },
    };
  },
};

/** The pool of the default size; pages that are reserved belong to somebody already. */
function defaultPool({ snapshot }: Diagnosis): Pool | undefined {
  const meminfo = snapshot.meminfo;
  const field = (name: string): number | undefined => meminfo?.value.get(name)?.value;
  const size = field("Hugepagesize");
  const count = field("HugePages_Total");
  const free = field("HugePages_Free");
  if (!meminfo || !size || !count || free === undefined) return undefined;
  const evidence = ["HugePages_Total", "HugePages_Free", "HugePages_Rsvd"].flatMap((name) => {
    const measured = meminfo.value.get(name);
    if (!measured) return [];
    const at = { file: meminfo.file, line: measured.line };
    return [quote(snapshot, at, { text: name, value: measured.value, unit: "count" as const })];
  });
  return { total: count * size, unused: (free - (field("HugePages_Rsvd") ?? 0)) * size, evidence };
}
