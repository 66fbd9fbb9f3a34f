import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { GIB } from "../../units";
import { cacheHolder, collectCaches, leftOf } from "../cache-set";
import { confidenceOf } from "../confidence";
import { type Diagnosis, findSysctl } from "../diagnosis";
import { isFragmented } from "../free-objects";
import type { Rule } from "../rule";

/** From this share of RAM on reclaiming it stalls the machine: worth a warning, though no leak. */
const HUGE = 0.5;
/** More names that do not exist than ones that do. */
const MOSTLY_NEGATIVE = 0.5;

/** Names that were looked up, negative ones too. Given back under pressure: large, but no leak. */
export const dentryCache: Rule = {
  id: "dentry-cache",
  title: "A large cache of path names",
  bucket: "slabReclaimable",
  judge(diagnosis, rest) {
    const {
      caches,
      bytes: sum,
      used,
    } = collectCaches(diagnosis, ({ name }) => /^dentry(_cache)?$/.test(name));
    const [cache] = caches;
    const { memTotal } = diagnosis;
    if (!cache || sum <= Math.max(GIB, (memTotal ?? 0) * 0.05)) return undefined;
    // The free objects of a fragmented cache are told by the rule before this one.
    const own = isFragmented(cache, memTotal) ? used : sum;
    const bytes = leftOf(diagnosis, rest, { bucket: "slabReclaimable", bytes: own });
    const isHuge = memTotal === undefined || sum > memTotal * HUGE;
    const negative = negativeShare(diagnosis);
    const percent = Math.round((used / sum) * 100);
    const isNegative = (negative?.value ?? 0) > MOSTLY_NEGATIVE;
    return {
      status: isHuge ? "watch" : "healthy",
      headline: `${formatBytes(sum)} are cached path names (dentry), ${percent} % of its objects in use${isNegative ? ", most of them names that do not exist" : ""}: reclaimable, not a leak`,
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
        bytes: { lower: Math.min(bytes, used), upper: bytes },
        holders: [cacheHolder(cache)],
        evidence: [...cache.evidence, ...(negative ? [negative] : [])],
        fix: isNegative
          ? "Nothing to free by hand. Find the program that asks for names that do not exist (a library path, a statistics agent, curl with an NSS database) and mend its path or set NSS_SDB_USE_CACHE; a memory limit on it keeps its names within bounds."
          : "Nothing to free by hand. Where it keeps coming back, find who looks up so many names, or raise vm.vfs_cache_pressure.",
        fixRisk:
          "A higher vfs_cache_pressure also drops inodes that are in use again soon: more disk reads.",
      },
    };
  },
};

/** Fifth number of dentry-state (5.0+, backported by some): names that were looked up and do not exist. */
function negativeShare({ snapshot }: Diagnosis): Evidence | undefined {
  const state = findSysctl(snapshot, "fs.dentry-state");
  const [total, , , , negative] = state?.numbers ?? [];
  if (!state || !total || !negative) return undefined;
  return quote(snapshot, state, {
    text: "negative dentries, of all",
    value: negative / total,
    unit: "ratio",
    formula: `${negative} / ${total}`,
  });
}
