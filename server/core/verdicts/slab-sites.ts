import { viewSites } from "../accounting/site-view";
import { formatBytes } from "../format-bytes";
import type { Evidence, Holder } from "../report";
import { type Bytes, MIB } from "../units";
import { confidenceOf } from "./confidence";
import type { Diagnosis } from "./diagnosis";
import type { Found } from "./rule";
import { type SiteSet, siteEvidence, siteHolders, sitesOf } from "./site-set";

/** Who allocated most of what a cache holds is worth naming. */
const NAMES_IT = 0.25;
/** kmemleak errs on a few objects of every machine. */
const FEW_OBJECTS = 1_000;
const FEW_BYTES = MIB;
const MANY_BYTES = 64 * MIB;

/** Who allocated objects of slab, by a dump or a trace, when it is a notable part of `bytes`; the caches tell only how large they are. */
export function slabSites(
  { snapshot }: Diagnosis,
  bytes: Bytes,
): { readonly evidence: readonly Evidence[]; readonly holders: readonly Holder[] } {
  const sites = sitesOf(snapshot, "slabUnreclaimable");
  const [largest] = sites?.rows ?? [];
  const part = sites?.view.covers === "held" ? bytes : (sites?.ofBucket ?? 0);
  if (!sites || !largest || largest.bytes < part * NAMES_IT) return { evidence: [], holders: [] };
  const rows = sites.rows.filter((row) => row.bytes >= part * NAMES_IT);
  const named: SiteSet = { ...sites, rows, bytes: rows.reduce((sum, row) => sum + row.bytes, 0) };
  return { evidence: siteEvidence(named), holders: siteHolders(named, bytes) };
}

/** Objects that kmemleak found no pointer to, where no cache was read that they fill. `isWanted` looks at their stack. */
export function judgeUnreferenced(
  { snapshot }: Diagnosis,
  isWanted: (path: readonly string[]) => boolean,
): Found | undefined {
  const view = viewSites(snapshot).find(({ via }) => via === "kmemleak");
  const rows = view?.rows.filter(({ path }) => isWanted(path)) ?? [];
  const [largest] = rows;
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  const count = rows.reduce((sum, row) => sum + row.calls, 0);
  if (!view || !largest || (bytes < FEW_BYTES && count < FEW_OBJECTS)) return undefined;
  const sites: SiteSet = { view, rows, bytes, ofBucket: view.totalBytes };
  const isLarge = bytes >= MANY_BYTES;
  return {
    status: isLarge ? "suspect" : "watch",
    headline: `${formatBytes(bytes)} in ${count} objects that nothing points to any more, most of them allocated by ${largest.site}`,
    confirm: [
      {
        command: "cat /sys/kernel/debug/kmemleak | head -100",
        proves: "Again after ten minutes: stacks whose objects become more are leaks.",
        risk: "Reads only; the list is of the last scan.",
        root: true,
      },
    ],
    finding: {
      severity: isLarge ? "critical" : "warning",
      ...confidenceOf([{ factor: 0.85, why: "kmemleak takes some objects for lost that are not" }]),
      bytes: { lower: bytes, upper: bytes },
      holders: siteHolders(sites, bytes),
      evidence: siteEvidence(sites),
      fix: "Update the driver or kernel whose function allocated them.",
      fixRisk: "Needs a reload of the module or a reboot.",
    },
  };
}

/** Stacks through which packets are made. */
export function isOfPackets(path: readonly string[]): boolean {
  return path.some((frame) =>
    /^(?:__alloc_skb|__netdev_alloc_skb|__napi_alloc_skb|napi_alloc_skb|alloc_skb|build_skb|napi_build_skb|skb_clone|skb_copy|pskb_copy|__build_skb)/.test(
      frame,
    ),
  );
}
