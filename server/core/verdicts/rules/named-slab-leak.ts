import { meminfoEvidence } from "../../accounting/ledger-facts";
import { formatBytes } from "../../format-bytes";
import { confidenceOf } from "../confidence";
import { SLABTOP } from "../confirm";
import { bytesOf, type Diagnosis } from "../diagnosis";
import { judgeLargeCaches } from "../large-caches";
import type { Found, Rule } from "../rule";
import { isSlabSplitKnown } from "../sufficiency";
import { milderAtRest, slabStatus } from "../thresholds";

/** SUnreclaim is large and named caches fill it; or nothing says which caches do. */
export const namedSlabLeak: Rule = {
  id: "named-slab-leak",
  title: "Slab caches that cannot be reclaimed hold the memory",
  bucket: "slabUnreclaimable",
  judge: (diagnosis, rest) =>
    diagnosis.caches.length === 0
      ? cacheUnknown(diagnosis)
      : judgeLargeCaches(diagnosis, rest, "named"),
};

/** meminfo alone: the amount is known, the cache is not, and only root reads slabinfo. */
function cacheUnknown(diagnosis: Diagnosis): Found | undefined {
  const bytes = bytesOf(diagnosis, "slabUnreclaimable");
  const total =
    meminfoEvidence(diagnosis.snapshot, "SUnreclaim") ??
    meminfoEvidence(diagnosis.snapshot, "Slab");
  const size = slabStatus(bytes, diagnosis.memTotal);
  if (!size || !total || !isSlabSplitKnown(diagnosis)) return undefined;
  const status = milderAtRest(size, bytes, diagnosis) ?? "healthy";
  return {
    status,
    headline: `${formatBytes(bytes)} of slab cannot be reclaimed; which cache holds it stands in /proc/slabinfo, which is not in this snapshot`,
    confirm: [SLABTOP],
    finding: {
      severity: SEVERITY[status],
      ...confidenceOf([
        { factor: 0.6, why: "no slabinfo: neither the cache nor its owner is known" },
        { factor: 0.85, why: "size alone, no growth seen" },
      ]),
      bytes: { lower: 0, upper: bytes },
      holders: [],
      evidence: [total],
      fix: "Read /proc/slabinfo or slabtop as root, twice some minutes apart: the cache that is largest or grows names the subsystem.",
      fixRisk: "None: reads only.",
    },
  };
}

const SEVERITY = { suspect: "critical", watch: "warning", healthy: "info" } as const;
