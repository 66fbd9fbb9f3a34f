import { type SiteRow, type SiteView, viewSites } from "../accounting/site-view";
import type { BucketId, Evidence, Holder } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";

/** Call sites of one kind in the table that knows most of the bucket. */
export interface SiteSet {
  readonly view: SiteView;
  readonly rows: readonly SiteRow[];
  readonly bytes: Bytes;
}

const NAMED = 5;

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
    .map((view) => toSet(view, bucket, isWanted))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => rank(a) - rank(b) || b.bytes - a.bytes);
  return sets[0];
}

function toSet(view: SiteView, bucket: BucketId, isWanted: (row: SiteRow) => boolean): SiteSet {
  const rows = view.rows.filter((row) => row.bucket === bucket && isWanted(row));
  return { view, rows, bytes: rows.reduce((sum, row) => sum + row.bytes, 0) };
}

function rank({ view }: SiteSet): number {
  return view.covers === "held" ? 0 : 1;
}

/** The largest sites as holders: "callSite ice_alloc_mapped_page of module ice". */
export function siteHolders({ rows }: SiteSet): readonly Holder[] {
  return rows.slice(0, NAMED).map((row) => ({
    kind: "callSite",
    name: row.module ? `${row.site} [${row.module}]` : row.site,
    count: row.calls,
    bytes: { lower: row.bytes, upper: row.bytes },
    evidence: [row.evidence],
  }));
}

/** The lines of the largest sites; what a trace saw is said to be that. */
export function siteEvidence({ view, rows }: SiteSet): readonly Evidence[] {
  const since = view.covers === "held" ? "" : " (only what was allocated while tracing)";
  return rows.slice(0, NAMED).map(({ evidence, path }) => ({
    ...evidence,
    text: `${path.slice(-3).join(" → ")}${since}`,
  }));
}

/** Sites through which pages come to sockets and network rings. */
export function isNetwork({ subsystem }: SiteRow): boolean {
  return ["network sockets", "network driver", "virtio_net", "page_pool"].includes(subsystem);
}

/** Pages on the way out: data that programs wrote and that still waits in a send queue. */
export function isSending(row: SiteRow): boolean {
  return row.path.some((frame) =>
    /^(?:sk_page_frag_refill|tcp_sendmsg|udp_sendmsg|__ip_append)/.test(frame),
  );
}
