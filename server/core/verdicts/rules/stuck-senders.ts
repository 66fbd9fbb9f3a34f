import type { RetainedSocket } from "../../accounting/socket-view";
import { formatBytes } from "../../format-bytes";
import { confidenceOf } from "../confidence";
import { socketSteps } from "../confirm";
import type { Rule } from "../rule";
import { processName } from "../socket-holder";
import { collectSockets, excludeSmall, queueStatus } from "../socket-rule";
import { NOTABLE_QUEUE, ownerStatus } from "../thresholds";

/** Data written but not acknowledged: the peer's window is closed, or the peer is gone. */
export const stuckSenders: Rule = {
  id: "stuck-senders",
  title: "Send queues that nobody drains",
  bucket: "allocpage",
  judge(diagnosis) {
    if (!diagnosis.sockets) return undefined;
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
        fix: "Find out why the peer does not read (its Recv-Q, when it is on this host); TCP_USER_TIMEOUT or keepalive ends dead ones.",
        fixRisk: "A timeout ends connections that are only slow.",
      },
    };
  },
};

function queuedToSend(socket: RetainedSocket): number {
  if (socket.family !== "tcp" || socket.state === "LISTEN") return 0;
  return socket.wmem ?? socket.sendQ ?? 0;
}
