import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence, NextStep } from "../../report";
import { type Bytes, MIB, pagesToBytes } from "../../units";
import { confidenceOf } from "../confidence";
import { roomIn } from "../descriptor-rule";
import type { Diagnosis } from "../diagnosis";
import type { Found, Rule } from "../rule";
import { siteAmount } from "../site-amount";
import { isOfRings, type SiteSet, siteEvidence, siteHolders, sitesOf } from "../site-set";
import { sizeStatus } from "../thresholds";

const WORTH_A_WORD = 64 * MIB;
const STALLED = /page_pool_release_retry\(\) stalled pool shutdown.{0,40}?(\d{1,9}) inflight/;

/**
 * Receive pages that a network driver or its page pool keeps: huge rings, or pages that were never given back. Call sites name
 * it (allocinfo, page_owner, a trace), or the kernel's own complaint about a pool that does not drain.
 */
export const pagePoolOrRxRing: Rule = {
  id: "page-pool-or-rx-ring",
  title: "Receive pages kept by a network driver",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    if (diagnosis.inconsistencies.length > 0) return undefined;
    const room = roomIn(diagnosis, rest, "allocpage");
    return fromSites(diagnosis, room) ?? fromComplaint(diagnosis, room);
  },
};

/** What unread sockets explain is theirs: the same receive pages, with a holder. */
function fromSites(diagnosis: Diagnosis, room: Bytes): Found | undefined {
  const sites = sitesOf(diagnosis.snapshot, "allocpage", isOfRings);
  const amount = sites && siteAmount(diagnosis, sites, room);
  if (!sites || !amount) return undefined;
  const { bytes, size, factors, growth } = amount;
  const grown = growth ? `, ${formatBytes(growth.bytes)} more than at the first look` : "";
  return {
    status: size,
    headline: `${formatBytes(bytes.upper)} of receive pages are kept by ${ownerOf(sites)}${grown}`,
    confirm: RINGS,
    finding: {
      severity: size === "suspect" ? "critical" : "warning",
      ...confidenceOf([
        ...factors,
        { factor: diagnosis.sockets ? 1 : 0.95, why: "unread sockets were not looked at" },
      ]),
      bytes,
      holders: siteHolders(sites, bytes.upper),
      evidence: [...siteEvidence(sites), ...(growth ? [growth.evidence] : [])],
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

/** A pool of a few pages that never drains is a flaw, not where the memory is. */
function fromComplaint(diagnosis: Diagnosis, room: Bytes): Found | undefined {
  const stalled = complaint(diagnosis);
  if (!stalled) return undefined;
  const held = pagesToBytes(stalled.value, diagnosis.snapshot.node.pageSize);
  const size = Number.isFinite(room) ? sizeStatus(room, diagnosis.memTotal) : undefined;
  if (!size && held < WORTH_A_WORD) return undefined;
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
      bytes: { lower: Math.min(held, room), upper: size ? room : held },
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
