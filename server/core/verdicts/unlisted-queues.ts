import type { SocketView } from "../accounting/socket-view";
import { formatBytes } from "../format-bytes";
import { type Bytes, KIB } from "../units";
import { confidenceOf } from "./confidence";
import { socketSteps } from "./confirm";
import { bytesOf, type Diagnosis } from "./diagnosis";
import type { Found } from "./rule";
import { ownerStatus } from "./thresholds";

/**
 * Truesize of one packet as sockstat charges it, when small pieces lie in TCP queues: at least the head
 * of a packet, and less than a page. Below, the packets are somewhere else (rings, other protocols);
 * above, they are filled and keep no more than they are charged for.
 */
const SMALL_PACKET = { least: 512, most: 4 * KIB };
/** Fewer packets than this are what a quiet node has in its rings. */
const MANY_PACKETS = 4_096;

/**
 * Many small packets in TCP queues, by the counters alone: where the input lists no sockets (metrics,
 * a copy of some files of /proc) they can keep the missing pages, and only a list of sockets proves it.
 */
export function unlistedQueues(
  diagnosis: Diagnosis,
  view: SocketView,
  excess: Bytes,
): Found | undefined {
  const { skbBound, sockstatTcp } = view;
  if (!skbBound || !sockstatTcp || skbBound.skbs < MANY_PACKETS) return undefined;
  const truesize = sockstatTcp.value / skbBound.skbs;
  const isSmall = truesize >= SMALL_PACKET.least && truesize < SMALL_PACKET.most;
  if (!isSmall || skbBound.bytes < excess) return undefined;
  const isSuspect = ownerStatus(excess, diagnosis.memTotal) === "suspect";
  const packets = skbBound.skbs.toLocaleString("en-US");
  return {
    status: isSuspect ? "suspect" : "watch",
    headline: `${formatBytes(excess)} are in pages that no counter shows; ${packets} small packets lie in TCP queues and can pin them, but this input does not list the sockets`,
    confirm: socketSteps(undefined),
    finding: {
      severity: isSuspect ? "critical" : "warning",
      ...confidenceOf([
        { factor: 0.5, why: "no list of sockets: the counters only allow it" },
        { factor: 0.75, why: "the process is not known" },
      ]),
      bytes: { lower: sockstatTcp.value, upper: Math.min(excess, bytesOf(diagnosis, "allocpage")) },
      holders: [],
      evidence: [sockstatTcp, ...skbBound.evidence],
      fix: "List the sockets with their owners first; the process whose Recv-Q does not move must read or close them.",
      fixRisk: "Listing reads only. Closing a socket drops what was sent and not read.",
    },
  };
}
