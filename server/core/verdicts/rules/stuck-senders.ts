import type { RetainedSocket } from "../../accounting/socket-view";
import { sockstatMemory } from "../../accounting/unexplained";
import { formatBytes } from "../../format-bytes";
import type { Bytes } from "../../units";
import { confidenceOf } from "../confidence";
import { socketSteps } from "../confirm";
import { roomIn } from "../descriptor-rule";
import type { Diagnosis } from "../diagnosis";
import type { Found, Rule } from "../rule";
import { siteAmount } from "../site-amount";
import { isSending, siteEvidence, siteHolders, sitesOf } from "../site-set";
import { processName } from "../socket-holder";
import { collectSockets, excludeSmall, queueStatus } from "../socket-rule";
import { NOTABLE_QUEUE, ownerStatus } from "../thresholds";

/** Data written but not acknowledged: the peer's window is closed, or the peer is gone. */
export const stuckSenders: Rule = {
  id: "stuck-senders",
  title: "Send queues that nobody drains",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    if (!diagnosis.sockets) return fromSites(diagnosis, roomIn(diagnosis, rest, "allocpage"));
    const set = collectSockets(diagnosis.sockets, queuedToSend);
    if (set.bytes < NOTABLE_QUEUE) return excludeSmall(diagnosis, "send queues", set.bytes);
    const size = ownerStatus(set.bytes, diagnosis.memTotal);
    const hasSkmem = set.sockets.some((socket) => socket.wmem !== undefined);
    return {
      status: queueStatus(size, set.main),
      headline: `${formatBytes(set.bytes)} wait in send queues of ${processName(set.main ?? {})}: the other side does not take them`,
      confirm: socketSteps(set.main),
      finding: {
        severity: size === "suspect" ? "critical" : "warning",
        ...confidenceOf([
          { factor: hasSkmem ? 1 : 0.85, why: "no skmem: Send-Q is payload, not memory" },
          { factor: set.main?.pid === undefined ? 0.75 : 1, why: "the process is not known" },
          { factor: 0.8, why: "a busy sender looks the same in one look" },
        ]),
        bytes: { lower: set.bytes, upper: set.bytes },
        holders: set.holders,
        evidence: set.evidence,
        fix: FIX,
        fixRisk: FIX_RISK,
      },
    };
  },
};

function queuedToSend(socket: RetainedSocket): number {
  if (socket.family !== "tcp" || socket.state === "LISTEN") return 0;
  return socket.wmem ?? socket.sendQ ?? 0;
}

/** Without a list of sockets the stacks say who sent; how much sockstat owns up to says whether that is usual. */
function fromSites(diagnosis: Diagnosis, room: Bytes): Found | undefined {
  const sites = sitesOf(diagnosis.snapshot, "allocpage", isSending);
  const amount = sites && siteAmount(diagnosis, sites, room);
  if (!sites || !amount) return undefined;
  const { bytes, size, factors, growth } = amount;
  const charged = sockstatMemory(diagnosis.snapshot, "TCP.mem");
  if (charged && charged.value >= sites.bytes * EXPLAINED) return undefined;
  return {
    status: size,
    headline: `${formatBytes(bytes.upper)} of pages hold data that was sent and not yet taken: the stacks name the sender, no socket is listed`,
    confirm: socketSteps(undefined),
    finding: {
      severity: size === "suspect" ? "critical" : "warning",
      ...confidenceOf([
        ...factors,
        { factor: 0.75, why: "the process is not known" },
        { factor: charged ? 1 : 0.9, why: "what sockstat owns up to is not known" },
        {
          factor: 0.85,
          why: "the reader may be on this host: then it is the one that does not read",
        },
      ]),
      bytes,
      holders: siteHolders(sites, bytes.upper),
      evidence: [
        ...siteEvidence(sites),
        ...(growth ? [growth.evidence] : []),
        ...(charged ? [charged] : []),
      ],
      fix: FIX,
      fixRisk: FIX_RISK,
    },
  };
}

/** Charged memory of this share is a busy server, not a stuck one. */
const EXPLAINED = 0.5;
const FIX =
  "Find out why the peer does not read (its Recv-Q, when it is on this host); TCP_USER_TIMEOUT or keepalive ends dead ones.";
const FIX_RISK = "A timeout ends connections that are only slow.";
