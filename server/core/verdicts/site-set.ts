import { type SiteRow, type SiteView, viewSites } from "../accounting/site-view";
import { formatBytes } from "../format-bytes";
import type { BucketId, Evidence, Holder } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";

/** Call sites of one kind in the table that knows most of the bucket. */
export interface SiteSet {
  readonly view: SiteView;
  readonly rows: readonly SiteRow[];
  readonly bytes: Bytes;
  /** Of all sites of the bucket in the same table. */
  readonly ofBucket: Bytes;
}

const NAMED = 5;
const MODULES_NAMED = 3;
/** Smaller ones than this share of the largest say nothing. */
const WORTH_QUOTING = 0.03;

/**
 * The call sites of a bucket for which `isWanted` holds, largest first. Of several tables the one that covers
 * what is held now is believed before a trace, then the one with more bytes. Absent without such a site.
 */
export function sitesOf(
  snapshot: Snapshot,
  bucket: BucketId,
  isWanted: (row: SiteRow) => boolean = () => true,
): SiteSet | undefined {
  const sets = viewSites(snapshot)
    .filter((view) => isOfThisMoment(view, snapshot))
    .map((view) => toSet(view, bucket, isWanted))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => rank(a) - rank(b) || b.bytes - a.bytes);
  return sets[0];
}

/** The ten sites of a memory report tell of the moment of the report, not of files that were read later. */
function isOfThisMoment({ via }: SiteView, { meminfo }: Snapshot): boolean {
  return via !== "memory-report" || !meminfo || meminfo.derived?.via === "memory-report";
}

function toSet(view: SiteView, bucket: BucketId, isWanted: (row: SiteRow) => boolean): SiteSet {
  const all = view.rows.filter((row) => row.bucket === bucket);
  const rows = all.filter(isWanted);
  return { view, rows, bytes: sum(rows), ofBucket: sum(all) };
}

function sum(rows: readonly SiteRow[]): Bytes {
  return rows.reduce((total, { bytes }) => total + bytes, 0);
}

function rank({ view }: SiteSet): number {
  return view.covers === "held" ? 0 : 1;
}

/** Modules first, each with what all its sites hold, then the largest sites; no bound above `ceiling` bytes. */
export function siteHolders(sites: SiteSet, ceiling: Bytes): readonly Holder[] {
  const modules = [...new Set(sites.rows.flatMap(({ module }) => module ?? []))].map((name) => {
    const own = sites.rows.filter(({ module }) => module === name);
    return holder("module", name, own, ceiling);
  });
  const callSites = quotable(sites).map((row) => holder("callSite", row.site, [row], ceiling));
  return [
    ...modules.sort((a, b) => b.bytes.upper - a.bytes.upper).slice(0, MODULES_NAMED),
    ...callSites,
  ];
}

function holder(
  kind: "module" | "callSite",
  name: string,
  rows: readonly SiteRow[],
  ceiling: Bytes,
): Holder {
  const bytes = Math.min(ceiling, sum(rows));
  return {
    ...{ kind, name },
    count: rows.reduce((total, { calls }) => total + calls, 0),
    bytes: { lower: bytes, upper: bytes },
    evidence: rows.slice(0, 1).map(({ evidence }) => evidence),
  };
}

/** The lines of the largest sites; what a trace saw is said to be that. */
export function siteEvidence(sites: SiteSet): readonly Evidence[] {
  const since = sites.view.covers === "held" ? "" : " (only what was allocated while tracing)";
  return quotable(sites).map(({ evidence, path, calls, allocated }) => ({
    ...evidence,
    text: `${path.slice(-3).join(" → ")}${since}`,
    formula: `${calls} allocations${allocated ? ` left of ${allocated.calls}` : ""}, of ${formatBytes(sites.view.totalBytes)} of all sites`,
  }));
}

function quotable({ rows }: SiteSet): readonly SiteRow[] {
  const least = (rows[0]?.bytes ?? 0) * WORTH_QUOTING;
  return rows.filter(({ bytes }) => bytes >= least).slice(0, NAMED);
}

/** Sites through which pages come to sockets and network rings. */
export function isNetwork(row: SiteRow): boolean {
  return isOfSockets(row) || isOfRings(row);
}

/**
 * Fragments that the network core gives to packets, and what virtio-net receives into: its ring is short, so that many of them lie
 * in queues.
 */
export function isOfSockets({ subsystem }: SiteRow): boolean {
  return subsystem === "network sockets" || subsystem === "virtio_net";
}

/** Pages of a network driver or of its page pool: in its rings, or in packets that it received. */
export function isOfRings({ subsystem }: SiteRow): boolean {
  return subsystem === "network driver" || subsystem === "page_pool";
}

/** Pages on the way out: data that programs wrote and that still waits in a send queue. */
export function isSending(row: SiteRow): boolean {
  return row.path.some((frame) =>
    /^(?:sk_page_frag_refill|tcp_sendmsg|udp_sendmsg|__ip_append)/.test(frame),
  );
}
