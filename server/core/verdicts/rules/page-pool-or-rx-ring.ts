import { type NicRings, nicRings } from "../../accounting/nic-rings";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { ByteRange, Evidence, Holder, NextStep } from "../../report";
import { type Bytes, MIB, pagesToBytes } from "../../units";
import { confidenceOf } from "../confidence";
import { roomIn } from "../descriptor-rule";
import type { Diagnosis } from "../diagnosis";
import { findNumaSide } from "../numa-side";
import type { Found, Rule } from "../rule";
import { siteAmount } from "../site-amount";
import { isOfRings, type SiteSet, siteEvidence, siteHolders, sitesOf } from "../site-set";
import { missingFields } from "../sufficiency";
import { sizeStatus } from "../thresholds";

const WORTH_A_WORD = 64 * MIB;
/** Rings explain what is missing when they can hold half of it … */
const EXPLAINS = 0.5;
/** … and are large themselves above this share of RAM. */
const USUAL_SHARE = 0.1;
const CARDS_NAMED = 4;
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
    return (
      fromSites(diagnosis, room) ??
      fromComplaint(diagnosis, room) ??
      fromRings(diagnosis, room) ??
      fromNumaSide(diagnosis, room)
    );
  },
};

/** What unread sockets explain is theirs: the same receive pages, with a holder. */
function fromSites(diagnosis: Diagnosis, room: Bytes): Found | undefined {
  const sites = sitesOf(diagnosis.snapshot, "allocpage", isOfRings);
  const amount = sites && siteAmount(diagnosis, sites, room);
  if (!sites || !amount) return undefined;
  const { bytes, size, factors, growth } = amount;
  const rings = nicRings(diagnosis.snapshot);
  // What the rings are set to hold is no leak, unless it grows all the same.
  if (!growth && bytes.upper <= ringBytes(rings).upper) {
    return asConfigured(diagnosis, rings, {
      bytes,
      size,
      holders: siteHolders(sites, bytes.upper),
    });
  }
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

/** Without call sites: rings that are set so large that they can hold half of what is missing. */
function fromRings(diagnosis: Diagnosis, room: Bytes): Found | undefined {
  const rings = nicRings(diagnosis.snapshot);
  const { lower, upper } = ringBytes(rings);
  const size = Number.isFinite(room) ? sizeStatus(room, diagnosis.memTotal) : undefined;
  if (!size || upper < room * EXPLAINS) return undefined;
  const bytes = { lower: Math.min(lower, room), upper: Math.min(upper, room) };
  const holders = rings.slice(0, CARDS_NAMED).map(({ name, driver, bytes: own, evidence }) => ({
    kind: "module" as const,
    name: driver ?? name,
    bytes: { lower: Math.min(own.lower, room), upper: Math.min(own.upper, room) },
    evidence: [evidence],
  }));
  return asConfigured(diagnosis, rings, { bytes, size, holders });
}

function ringBytes(rings: readonly NicRings[]): ByteRange {
  return {
    lower: rings.reduce((sum, { bytes }) => sum + bytes.lower, 0),
    upper: rings.reduce((sum, { bytes }) => sum + bytes.upper, 0),
  };
}

/** Rings that are full hold what they are set to: by design, and a fault of the setting only above a tenth of RAM. */
function asConfigured(
  { memTotal }: Diagnosis,
  rings: readonly NicRings[],
  of: {
    readonly bytes: ByteRange;
    readonly size: "suspect" | "watch";
    readonly holders: readonly Holder[];
  },
): Found {
  const isUsual = of.bytes.upper <= (memTotal ?? Number.POSITIVE_INFINITY) * USUAL_SHARE;
  const names = rings.slice(0, CARDS_NAMED).map(({ name }) => name);
  return {
    status: isUsual ? "healthy" : of.size === "suspect" ? "held" : "watch",
    headline: `${of.bytes.lower < of.bytes.upper ? "Up to " : ""}${formatBytes(of.bytes.upper)} are receive rings, as large as they are set for ${names.join(", ")}`,
    confirm: RINGS,
    finding: {
      severity: isUsual ? "info" : "warning",
      ...confidenceOf([
        {
          factor: of.bytes.upper > 0 ? Math.max(0.5, of.bytes.lower / of.bytes.upper) : 0.5,
          why: "the size of a buffer is a range",
        },
      ]),
      bytes: of.bytes,
      holders: of.holders,
      evidence: rings.slice(0, CARDS_NAMED).map(({ evidence }) => evidence),
      fix: FIX,
      fixRisk: FIX_RISK,
    },
  };
}

/** A card takes its pages on the node it is plugged into, and may fill it while the machine has enough. */
function fromNumaSide(diagnosis: Diagnosis, room: Bytes): Found | undefined {
  const side = missingFields(diagnosis).length === 0 ? findNumaSide(diagnosis) : undefined;
  if (!side || !Number.isFinite(room)) return undefined;
  const bytes = { lower: 0, upper: Math.min(side.bytes, room) };
  const list = side.nodes.join(", ");
  return {
    status: sizeStatus(bytes.upper, diagnosis.memTotal) ?? "watch",
    headline: `NUMA node ${list}: nearly full, ${formatBytes(side.bytes)} of pages in no counter lie there and hardly any on other nodes, as buffers of a card that is plugged in there do`,
    confirm: [
      {
        command: "grep -H . /sys/class/net/*/device/numa_node; numastat -m | head -12",
        proves: "Which cards are plugged into these nodes.",
        risk: "Reads only.",
        root: false,
      },
      ...RINGS,
    ],
    finding: {
      severity: "warning",
      ...confidenceOf([{ factor: 0.5, why: "no call site or ring was seen: only where they lie" }]),
      bytes,
      holders: [],
      evidence: side.evidence,
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
