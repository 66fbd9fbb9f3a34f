import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence, NextStep } from "../../report";
import { type Bytes, pagesToBytes } from "../../units";
import { confidenceOf } from "../confidence";
import { bytesOf, type Diagnosis } from "../diagnosis";
import type { Found, Rule } from "../rule";
import {
  isNetwork,
  isSending,
  type SiteSet,
  siteEvidence,
  siteHolders,
  sitesOf,
} from "../site-set";
import { sizeStatus } from "../thresholds";

const STALLED = /page_pool_release_retry\(\) stalled pool shutdown.{0,40}?(\d{1,9}) inflight/;
/** Without MemTotal a site is large only when it is a large part of all that is known to be allocated. */
const SHARE_OF_SITES = 0.1;

/**
 * Receive pages that a network driver or its page pool keeps: huge rings, or pages that were never given back. Call sites name
 * it (allocinfo, page_owner, a trace), or the kernel's own complaint about a pool that does not drain.
 */
export const pagePoolOrRxRing: Rule = {
  id: "page-pool-or-rx-ring",
  title: "Receive pages kept by a network driver",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    return fromSites(diagnosis, rest("allocpage")) ?? fromComplaint(diagnosis);
  },
};

/** What unread sockets explain is theirs: the same receive pages, with a holder. */
function fromSites(diagnosis: Diagnosis, rest: Bytes): Found | undefined {
  const { snapshot, composition, memTotal } = diagnosis;
  const sites = sitesOf(snapshot, "allocpage", (row) => isNetwork(row) && !isSending(row));
  if (!sites) return undefined;
  const bytes = composition ? Math.min(sites.bytes, rest) : sites.bytes;
  const size = sizeStatus(bytes, memTotal);
  if (!size || (!memTotal && bytes < sites.view.totalBytes * SHARE_OF_SITES)) return undefined;
  const owner = ownerOf(sites);
  return {
    status: size,
    headline: `${formatBytes(bytes)} of receive pages are kept by ${owner}`,
    confirm: RINGS,
    finding: {
      severity: size === "suspect" ? "critical" : "warning",
      ...confidenceOf([
        {
          factor: sites.view.covers === "held" ? 1 : 0.8,
          why: "only what was allocated while tracing",
        },
        {
          factor: 0.85,
          why: "one look does not tell a large ring from pages that are never given back",
        },
        { factor: memTotal ? 1 : 0.9, why: "MemTotal is not known" },
      ]),
      bytes: { lower: Math.min(bytes, rest || bytes), upper: sites.bytes },
      holders: siteHolders(sites),
      evidence: siteEvidence(sites),
      fix: FIX,
      fixRisk: FIX_RISK,
    },
  };
}

/** "the driver ice", or the function when it is built into the kernel. */
function ownerOf({ rows }: SiteSet): string {
  const [first] = rows;
  return first?.module ? `the driver ${first.module}` : (first?.site ?? "the network stack");
}

function fromComplaint(diagnosis: Diagnosis): Found | undefined {
  const stalled = complaint(diagnosis);
  if (!stalled) return undefined;
  const held = pagesToBytes(stalled.value, diagnosis.snapshot.node.pageSize);
  const size = sizeStatus(diagnosis.unexplained, diagnosis.memTotal);
  return {
    status: size === "suspect" ? "suspect" : "watch",
    headline: `A network driver's page pool does not drain: ${stalled.value} pages in flight`,
    confirm: RINGS,
    finding: {
      severity: size === "suspect" ? "critical" : "warning",
      ...confidenceOf([
        {
          factor: size ? 0.85 : 0.7,
          why: "the kernel's complaint says how many pages, not who has them",
        },
      ]),
      bytes: { lower: held, upper: Math.max(held, size ? bytesOf(diagnosis, "allocpage") : held) },
      holders: [],
      evidence: [stalled],
      fix: FIX,
      fixRisk: FIX_RISK,
    },
  };
}

/** The last complaint: the pool is asked again and again. */
function complaint({ snapshot }: Diagnosis): Evidence | undefined {
  const log = snapshot.kernelLog;
  for (const { line, text } of log?.value.notices.toReversed() ?? []) {
    const inflight = STALLED.exec(text)?.[1];
    if (!log || inflight === undefined) continue;
    const what = { text: "pages in flight of a stalled page pool", value: Number(inflight) };
    return quote(snapshot, { file: log.file, line }, { ...what, unit: "pages" });
  }
  return undefined;
}

const RINGS: readonly NextStep[] = [
  {
    command: "ls /sys/class/net | xargs -n1 ethtool -g; ls /sys/class/net | xargs -n1 ethtool -l",
    proves: "How many receive buffers the rings may hold: entries × channels × buffer size.",
    risk: "Reads only.",
    root: true,
  },
  {
    command: "sort -rn /proc/allocinfo | head -20",
    proves: "Run again after an hour: a site that grows is a leak, one that stays is a ring.",
    risk: "Reads only.",
    root: true,
  },
];
const FIX =
  "Smaller rings or fewer channels (ethtool -G, -L) when the rings are meant to be that large; otherwise a newer driver, since pages that are not given back are its fault.";
const FIX_RISK =
  "Changing rings resets the card for a moment; smaller rings drop packets in bursts.";
