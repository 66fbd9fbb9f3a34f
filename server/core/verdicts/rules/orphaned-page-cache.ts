import { meminfoEvidence } from "../../accounting/ledger-facts";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";

const ON_LISTS = ["Active", "Inactive", "Unevictable"];
const COUNTED = ["AnonPages", "Cached", "Buffers", "SwapCached"];
/** Of RAM. Twenty public captures stay below 2.1 %: pages on their way between lists and swap. */
const SHARE = 0.05;
const SMALLEST = 512 * MIB;

/**
 * Pages on the LRU lists that no file and no process owns any more: truncated files whose pages are kept by a file system's
 * buffers or journal. They are in no counter, but they can be reclaimed, so they are no leak.
 */
export const orphanedPageCache: Rule = {
  id: "orphaned-page-cache",
  title: "Page cache that has lost its file",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    const lists = fields(diagnosis, ON_LISTS);
    const counted = fields(diagnosis, COUNTED);
    const { memTotal } = diagnosis;
    if (lists.length < 2 || counted.length < 2 || !memTotal) return undefined;
    const excess = Math.min(sum(lists) - sum(counted), rest("allocpage"));
    if (excess < memTotal * SHARE || excess < SMALLEST) return undefined;
    return {
      status: "healthy",
      headline: `${formatBytes(excess)} are pages of the LRU lists that belong to no file and no process any more: reclaimable`,
      confirm: [
        {
          command:
            "grep -E '^(Active|Inactive|Unevictable|Cached|Buffers|AnonPages)' /proc/meminfo; grep buffer_head /proc/slabinfo",
          proves:
            "Whether the lists stay larger than what is counted, and whether buffers keep the pages.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: "info",
        ...confidenceOf([{ factor: 0.8, why: "what keeps the pages is not printed anywhere" }]),
        bytes: { lower: excess, upper: excess },
        holders: [],
        evidence: lists.map((line) => ({
          ...line,
          formula: `${ON_LISTS.join(" + ")} − ${COUNTED.join(" − ")} = ${formatBytes(excess)}`,
        })),
        fix: "None needed: the kernel takes them back under pressure. Data journalling (ext3, ext4 data=journal) makes many of them.",
        fixRisk: "None.",
      },
    };
  },
};

function fields({ snapshot }: Diagnosis, names: readonly string[]): readonly Evidence[] {
  return names.flatMap((name) => meminfoEvidence(snapshot, name) ?? []);
}

function sum(lines: readonly Evidence[]): number {
  return lines.reduce((total, { value }) => total + value, 0);
}
