import { type HugepagePool, viewHugepages } from "../../accounting/hugepages";
import { formatBytes } from "../../format-bytes";
import { type Bytes, GIB } from "../../units";
import { confidenceOf } from "../confidence";
import { allProcesses, processHolders } from "../process-holders";
import type { Rule } from "../rule";

/** Huge pages in use by the program they were set aside for: DPDK, SPDK, qemu, databases. Expected. */
export const hugetlbUsed: Rule = {
  id: "hugetlb-used",
  title: "Huge pages in use",
  bucket: "hugetlb",
  judge({ snapshot, memTotal }) {
    const pools = viewHugepages(snapshot).filter((pool) => inUse(pool) > 0);
    const used = pools.reduce((sum, pool) => sum + inUse(pool), 0);
    const total = pools.reduce((sum, pool) => sum + pool.total, 0);
    if (used < Math.max(GIB, (memTotal ?? 0) * 0.05)) return undefined;
    const unknown = pools.filter(({ unused }) => unused === undefined);
    const guess = unknown.reduce((sum, pool) => sum + pool.total, 0);
    const share = memTotal ? `, ${Math.round((used / memTotal) * 100)} % of memory,` : "";
    const free = total - used;
    const rest = free > 0 ? `; ${formatBytes(free)} more are set aside and free` : "";
    return {
      status: "healthy",
      headline: `${formatBytes(used)}${share} are huge pages ${guess > used * 0.5 ? "set aside for a program" : `in use, set aside for a program${rest}`}`,
      confirm: [],
      finding: {
        severity: "info",
        ...confidenceOf([
          {
            factor: guess > used * 0.5 ? 0.7 : 1,
            why: "how many of the pages are free is not known",
          },
        ]),
        bytes: { lower: used - guess, upper: used },
        holders: processHolders(snapshot, allProcesses(snapshot), {
          text: "huge pages of the process",
          bytes: (process) => process.hugetlb,
        }),
        evidence: pools.flatMap((pool) => pool.evidence).slice(0, 12),
        fix: "Nothing to do: they were set aside on purpose. Nothing else can use them, and MemAvailable does not count them.",
        fixRisk: "None.",
      },
    };
  },
};

/** In use or promised to somebody; a pool that does not tell counts as used. */
function inUse({ total, unused }: HugepagePool): Bytes {
  return total - (unused ?? 0);
}
