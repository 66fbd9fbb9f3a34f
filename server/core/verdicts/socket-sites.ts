import { groupByHolder } from "../accounting/socket-holders";
import { formatBytes } from "../format-bytes";
import type { Evidence, Holder } from "../report";
import type { Bytes } from "../units";
import { confidenceOf, type Factor } from "./confidence";
import { socketSteps } from "./confirm";
import type { Diagnosis } from "./diagnosis";
import type { Found } from "./rule";
import { siteAmount } from "./site-amount";
import {
  isNetwork,
  isOfSockets,
  isSending,
  type SiteSet,
  siteEvidence,
  siteHolders,
  sitesOf,
} from "./site-set";
import { holdersOf } from "./socket-holder";

/** Sites carry the suspicion when they hold half of what is missing, and speak against it below a tenth. */
const CARRIES = 0.5;
const CONTRADICTS = 0.1;

/** What a dump of all live pages adds to, or takes from, the suspicion that queues hold what is missing. */
export function socketSiteFactor({ snapshot }: Diagnosis, excess: Bytes): Factor | undefined {
  const all = sitesOf(snapshot, "allocpage");
  if (all?.view.covers !== "held") return undefined;
  const network = sitesOf(snapshot, "allocpage", isNetwork)?.bytes ?? 0;
  if (network >= excess * CARRIES) return { factor: 1, why: "the call sites are those of packets" };
  // A dump that does not show what is missing at all (profiling began late, a cut copy) speaks against nobody.
  const isSeen = all.bytes >= excess * CARRIES;
  return {
    factor: isSeen && network < excess * CONTRADICTS ? 0.3 : 0.9,
    why: "the call sites of packets hold little of it",
  };
}

/** Sites of packets beside the sockets that hold them: the stack names who sent or received, the holder is the socket. */
export function socketSites({ snapshot }: Diagnosis, ceiling: Bytes) {
  const sites = sitesOf(snapshot, "allocpage", isNetwork);
  if (!sites) return { evidence: [], holders: [] };
  const [first, ...others] = siteEvidence(sites);
  const says = "the stack names who sent or received, the holder is the socket";
  const evidence: readonly Evidence[] = first
    ? [{ ...first, text: `${first.text}: ${says}` }, ...others.slice(0, 1)]
    : [];
  return { evidence, holders: siteHolders(sites, ceiling).slice(0, 2) };
}

/**
 * Packets by their call sites alone, in an input that shows no sockets, or none with enough in their queues: they are in other
 * network namespaces, or the packets were lost by the kernel. `room` is what is missing.
 */
export function judgeSocketSites(diagnosis: Diagnosis, room: Bytes): Found | undefined {
  const isWanted = (row: Parameters<typeof isSending>[0]): boolean =>
    isOfSockets(row) && !isSending(row);
  const sites = sitesOf(diagnosis.snapshot, "allocpage", isWanted);
  const amount = sites && siteAmount(diagnosis, sites, room);
  if (!sites || !amount || diagnosis.inconsistencies.length > 0) return undefined;
  const { bytes, size, factors, growth } = amount;
  const queues = queueHolders(diagnosis, bytes.upper);
  return {
    status: size,
    headline: `${formatBytes(bytes.upper)} of pages in no counter were taken for packets by ${sites.rows[0]?.site ?? "the network"}, and are not freed: sockets that nobody reads keep them`,
    confirm: socketSteps(queues.find(({ pid }) => pid !== undefined)),
    finding: {
      severity: size === "suspect" ? "critical" : "warning",
      ...confidenceOf([...factors, socketsFactor(diagnosis)]),
      bytes,
      holders: [...queues, ...siteHolders(sites, bytes.upper)],
      evidence: evidenceOf(sites, growth?.evidence),
      fix: "Find the sockets with a large Recv-Q or Send-Q (ss -tnmpi, in each network namespace) and have their process read from them; the pages come back at once when it does.",
      fixRisk: "Closing a socket drops what was not read.",
    },
  };
}

function socketsFactor({ sockets }: Diagnosis): Factor {
  return {
    factor: sockets ? 0.65 : 0.75,
    why: sockets
      ? "the sockets that are listed hold little: others, or packets that were lost, must hold it"
      : "no socket is in the input",
  };
}

function evidenceOf(sites: SiteSet, growth: Evidence | undefined): readonly Evidence[] {
  return [...siteEvidence(sites), ...(growth ? [growth] : [])];
}

/** The processes with something in their queues, where sockets were listed beside a dump without totals. */
function queueHolders({ sockets, composition }: Diagnosis, bytes: Bytes): readonly Holder[] {
  if (composition) return [];
  const queued = sockets?.sockets.filter(({ retained }) => retained.upper > 0) ?? [];
  return holdersOf(groupByHolder(queued, bytes), queued, bytes);
}
