import { formatBytes } from "../../format-bytes";
import { MIB } from "../../units";
import { confidenceOf } from "../confidence";
import { socketSteps } from "../confirm";
import type { Rule } from "../rule";
import { processName } from "../socket-holder";
import { collectSockets, placeOfQueue, queueStatus } from "../socket-rule";
import { NOTABLE_QUEUE, ownerStatus } from "../thresholds";

/** Without MemTotal one queue of this size speaks for itself. */
const LARGE_ALONE = 256 * MIB;

/** Datagrams that nobody reads. UDP's Recv-Q is truesize, so the number is the memory itself. */
export const udpUnread: Rule = {
  id: "udp-unread",
  title: "Unread UDP datagrams",
  bucket: "slabUnreclaimable",
  judge(diagnosis) {
    if (!diagnosis.sockets) return undefined;
    const set = collectSockets(diagnosis.sockets, (socket) =>
      socket.family === "udp" ? socket.retained.lower : 0,
    );
    if (set.bytes < NOTABLE_QUEUE) return undefined;
    const isLargeAlone = diagnosis.memTotal === undefined && set.bytes >= LARGE_ALONE;
    const size = isLargeAlone ? "suspect" : ownerStatus(set.bytes, diagnosis.memTotal);
    const drops = set.sockets.reduce((sum, socket) => sum + (socket.drops ?? 0), 0);
    return {
      status: queueStatus(size, set.main),
      headline: `${formatBytes(set.bytes)} of datagrams lie unread in sockets of ${processName(set.main ?? {})}`,
      confirm: socketSteps(set.main),
      finding: {
        severity: size === "suspect" ? "critical" : "warning",
        ...confidenceOf([
          { factor: set.main?.pid === undefined ? 0.75 : 1, why: "the process is not known" },
          { factor: drops > 0 ? 1 : 0.95, why: "no drops: the reader may only be late" },
        ]),
        bucket: placeOfQueue(diagnosis, set.bytes),
        bytes: { lower: set.bytes, upper: set.bytes },
        holders: set.holders,
        evidence: set.evidence,
        fix: "The process must read faster or ask for a smaller buffer (SO_RCVBUF, net.core.rmem_max).",
        fixRisk: "A smaller buffer drops datagrams sooner; a restart loses those queued.",
      },
    };
  },
};
