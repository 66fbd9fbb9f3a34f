import { viewArc, zfsSigns } from "../../accounting/zfs";
import { formatBytes } from "../../format-bytes";
import { type Bytes, MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Found, Rule } from "../rule";
import { sizeStatus } from "../thresholds";

/** Up to 2.2 ZFS on Linux lets its cache grow to half of RAM by default. */
const DEFAULT_SHARE = 0.5;
const NOTABLE = 256 * MIB;

/**
 * ZFS keeps its own cache (ARC) outside the page cache, in pages that no counter shows: 8 to 50 % of RAM is
 * usual. With arcstats it has a name and is harmless; with nothing but the module it is a possible
 * explanation of at most half of RAM, and the verdict is not more than a question.
 */
export const zfsArc: Rule = {
  id: "zfs-arc",
  title: "ZFS cache (ARC), given back under pressure",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    return judgeArc(diagnosis, rest("allocpage")) ?? judgeModule(diagnosis, rest("allocpage"));
  },
};

const CONFIRM = {
  command: "grep -E '^(size|c|c_min|c_max|data_size|metadata_size) ' /proc/spl/kstat/zfs/arcstats",
  proves: "How large the cache is now (size), and how large it may become (c_max).",
  risk: "Reads only.",
  root: false,
} as const;
const FIX =
  "Nothing to free: ZFS gives it back when memory is needed. Where that is too slow for a program that needs much at once, set zfs_arc_max.";
const FIX_RISK = "A smaller cache means more reads from disk.";

function judgeArc(diagnosis: Diagnosis, rest: Bytes): Found | undefined {
  const { snapshot, composition, memTotal } = diagnosis;
  const arc = viewArc(snapshot, composition);
  if (!arc || arc.size.value < Math.max(NOTABLE, (memTotal ?? 0) * 0.01)) return undefined;
  const upper = composition ? Math.min(rest, arc.pages.upper) : arc.pages.upper;
  return {
    status: "healthy",
    headline: `${formatBytes(arc.size.value)} are the cache of ZFS (ARC): given back under pressure, not a leak`,
    confirm: [CONFIRM],
    finding: {
      severity: "info",
      ...confidenceOf([]),
      bytes: { lower: Math.min(arc.pages.lower, upper), upper },
      holders: [],
      evidence: arc.evidence,
      ...{ fix: FIX, fixRisk: FIX_RISK },
    },
  };
}

function judgeModule(diagnosis: Diagnosis, rest: Bytes): Found | undefined {
  const { snapshot, memTotal } = diagnosis;
  const signs = zfsSigns(snapshot);
  if (snapshot.arcstats || signs.length === 0 || !memTotal) return undefined;
  if (!sizeStatus(rest, memTotal)) return undefined;
  const upper = Math.min(rest, memTotal * DEFAULT_SHARE);
  return {
    status: "watch",
    headline: `${formatBytes(upper)} outside the counters may well be the cache of ZFS (ARC): arcstats was not collected`,
    confirm: [CONFIRM],
    finding: {
      severity: "info",
      ...confidenceOf([{ factor: 0.6, why: "ZFS runs here, the size of its cache is not known" }]),
      bytes: { lower: 0, upper },
      holders: [],
      evidence: signs,
      ...{ fix: FIX, fixRisk: FIX_RISK },
    },
  };
}
