import { type HugepagePool, viewHugepages } from "../../accounting/hugepages";
import { formatBytes } from "../../format-bytes";
import { GIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Rule } from "../rule";

/** Huge pages set aside that nobody uses: lost to everything else. More than 1 GiB and half of a pool. */
export const hugetlbUnused: Rule = {
  id: "hugetlb-unused",
  title: "Huge pages set aside and unused",
  bucket: "hugetlb",
  judge(diagnosis) {
    const pools = viewHugepages(diagnosis.snapshot).filter(isWasted);
    const unused = pools.reduce((sum, pool) => sum + (pool.unused ?? 0), 0);
    if (pools.length === 0) return undefined;
    return {
      status: "watch",
      headline: `${formatBytes(unused)} of huge pages are set aside and used by nobody`,
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
        bytes: { lower: unused, upper: unused },
        holders: [],
        evidence: pools.flatMap((pool) => pool.evidence).slice(0, 12),
        fix: "Shrink the pool (vm.nr_hugepages, or nr_hugepages of that size) to what its user needs.",
        fixRisk:
          "A program that starts later and asks for huge pages fails or falls back to small ones.",
      },
    };
  },
};

/** Pages that are reserved belong to somebody already. */
function isWasted({ total, unused = 0 }: HugepagePool): boolean {
  return unused > GIB && unused > total * 0.5;
}
