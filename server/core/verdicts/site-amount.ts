import { viewSites } from "../accounting/site-view";
import { formatBytes } from "../format-bytes";
import type { ByteRange, Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import { type Bytes, GIB, MIB } from "../units";
import type { Factor } from "./confidence";
import { bytesOf, type Diagnosis } from "./diagnosis";
import type { SiteSet } from "./site-set";
import { type SizeStatus, sizeStatus } from "./thresholds";

/** How much of what is missing sites of one kind hold, and how worrying that is. */
export interface SiteAmount {
  readonly bytes: ByteRange;
  readonly size: NonNullable<SizeStatus>;
  /** What takes something off the confidence. */
  readonly factors: readonly Factor[];
  /** More than at an earlier moment of the same input. */
  readonly growth?: SiteGrowth;
}

interface SiteGrowth {
  readonly bytes: Bytes;
  readonly evidence: Evidence;
}

/** A trace names the allocator of what is missing when this share of the pages it saw stay is from there. */
const MOST_OF_TRACE = 0.5;
const SMALLEST_TRACE = 64 * MIB;
/** Between two looks that prove growth. */
const SMALLEST_GROWTH = 64 * MIB;

/**
 * Sites of pages that no counter shows, measured against what is missing (`room` bytes) or, where no totals are in the
 * input, against all sites: together they are memory in use at least. Absent when it is too little to speak of.
 */
export function siteAmount(
  diagnosis: Diagnosis,
  sites: SiteSet,
  room: Bytes,
): SiteAmount | undefined {
  const { composition, memTotal } = diagnosis;
  const range = composition ? rangeIn(diagnosis, sites, room) : rangeAlone(sites);
  const size = composition ? sizeStatus(range.upper, memTotal) : sizeAlone(sites);
  if (!size || range.upper <= 0) return undefined;
  const growth = siteGrowth(diagnosis.snapshot, sites);
  return {
    bytes: range,
    size,
    ...(growth ? { growth } : {}),
    factors: [
      {
        factor: sites.view.covers === "held" ? 1 : 0.8,
        why: "only what was allocated while tracing",
      },
      { factor: composition ? 1 : 0.9, why: "MemTotal is not known" },
      { factor: growth ? 1 : 0.85, why: "size alone, no growth seen" },
    ],
  };
}

function rangeIn(diagnosis: Diagnosis, sites: SiteSet, room: Bytes): ByteRange {
  const lower = Math.min(sites.bytes, room);
  if (sites.view.covers === "held") {
    return { lower, upper: Math.min(sites.bytes, room, bytesOf(diagnosis, "allocpage")) };
  }
  // What was there before the trace began was allocated the same way, if nearly all that it saw was.
  return { lower, upper: isMostOfTrace(sites) ? room : lower };
}

function rangeAlone({ bytes }: SiteSet): ByteRange {
  return { lower: bytes, upper: bytes };
}

function isMostOfTrace({ bytes, ofBucket }: SiteSet): boolean {
  return bytes >= ofBucket * MOST_OF_TRACE;
}

/**
 * Without totals: suspect from 1.5 GiB and a fifth of all sites, or 256 MiB and half of them; watch from 512 MiB and a tenth. So the
 * rings of a fresh boot are no alarm. A trace is worth a look when 64 MiB were allocated and not freed in its time.
 */
function sizeAlone(sites: SiteSet): SizeStatus {
  const { bytes, view } = sites;
  const share = bytes / Math.max(1, view.totalBytes);
  if (view.covers === "sinceAttach") {
    return bytes > SMALLEST_TRACE && isMostOfTrace(sites) ? "watch" : undefined;
  }
  if (bytes > 1.5 * GIB && share >= 0.2) return "suspect";
  if (bytes > 256 * MIB && share >= 0.5) return "suspect";
  return bytes > 512 * MIB && share >= 0.1 ? "watch" : undefined;
}

/** What the same sites hold more than at the first earlier moment of this input that lists them. */
function siteGrowth(snapshot: Snapshot, sites: SiteSet): SiteGrowth | undefined {
  const ids = new Set(sites.rows.map(({ id }) => id));
  const tableOf = (moment: Snapshot) =>
    moment.allocationSites.find(({ via }) => via === sites.view.via);
  let first: Bytes | undefined;
  for (let at = snapshot.previous; at; at = at.previous) {
    const before = viewSites(at).find(({ via }) => via === sites.view.via);
    // Two looks may share one table: that is one moment of it.
    if (!before || tableOf(at) === tableOf(snapshot)) continue;
    const rows = before.rows.filter(({ id }) => ids.has(id));
    if (rows.length > 0) first = rows.reduce((sum, row) => sum + row.bytes, 0);
  }
  const [largest] = sites.rows;
  const grown = first === undefined ? 0 : sites.bytes - first;
  if (!largest || first === undefined || grown < Math.max(SMALLEST_GROWTH, first * 0.1)) {
    return undefined;
  }
  return {
    bytes: grown,
    evidence: {
      ...largest.evidence,
      text: `${largest.site}: more than at the first look of this input`,
      value: grown,
      formula: `${formatBytes(sites.bytes)} − ${formatBytes(first)}`,
    },
  };
}
