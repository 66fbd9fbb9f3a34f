import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { GIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";

/** From this share of RAM on reclaiming it stalls the machine: worth a warning, though no leak. */
const HUGE = 0.5;

/** Names that were looked up, negative ones too. Given back under pressure: large, but no leak. */
export const dentryCache: Rule = {
  id: "dentry-cache",
  title: "A large cache of path names",
  bucket: "slabReclaimable",
  judge(diagnosis) {
    const row = diagnosis.slab?.rows.find((each) => /^dentry(_cache)?$/.test(each.name));
    const { memTotal } = diagnosis;
    if (!row || row.bytes <= Math.max(GIB, (memTotal ?? 0) * 0.05)) return undefined;
    const isHuge = memTotal === undefined || row.bytes > memTotal * HUGE;
    const negative = negativeShare(diagnosis);
    const percent = Math.round(row.fill * 100);
    return {
      status: isHuge ? "watch" : "healthy",
      headline: `${formatBytes(row.bytes)} are cached path names (dentry), ${percent} % of its objects in use: reclaimable, not a leak`,
      confirm: [
        {
          command: "cat /proc/sys/fs/dentry-state; slabtop -o -s c | head",
          proves: "Fifth number: names that were looked up and do not exist.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: isHuge ? "warning" : "info",
        ...confidenceOf([]),
        bytes: { lower: row.bytes, upper: row.bytes },
        holders: [
          {
            kind: "slabCache",
            name: row.name,
            count: row.activeObjects,
            bytes: { lower: row.bytes, upper: row.bytes },
            evidence: [row.evidence],
          },
        ],
        evidence: [row.evidence, ...negative],
        fix: "Nothing to free by hand. Where it keeps coming back, find who looks up names that do not exist, or raise vm.vfs_cache_pressure.",
        fixRisk:
          "A higher vfs_cache_pressure also drops inodes that are in use again soon: more disk reads.",
      },
    };
  },
};

/** Fifth number of dentry-state (5.0+): names that were looked up and do not exist. */
function negativeShare({ snapshot }: Diagnosis): readonly Evidence[] {
  const state = snapshot.smallFiles.get("proc/sys/fs/dentry-state");
  const [total, , , , negative] = state?.text.trim().split(/\s+/).map(Number) ?? [];
  if (!state || !total || !negative) return [];
  return [
    quote(
      snapshot,
      { file: state.file, line: 1 },
      {
        text: "negative dentries, of all",
        value: negative / total,
        unit: "ratio",
        formula: `${negative} / ${total}`,
      },
    ),
  ];
}
