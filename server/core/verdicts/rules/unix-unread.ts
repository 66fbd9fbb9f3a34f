import { formatBytes } from "../../format-bytes";
import { confidenceOf } from "../confidence";
import { socketSteps } from "../confirm";
import type { Rule } from "../rule";
import { processName } from "../socket-holder";
import { collectSockets, excludeSmall, placeOfQueue, queueStatus } from "../socket-rule";
import { NOTABLE_QUEUE, ownerStatus } from "../thresholds";

/**
 * Unread unix data is charged to the sender (`t`) and in no sockstat line; the reader at the other end
 * is to blame. Streams fill pages (469 of 512 MiB measured), datagrams fill slab.
 */
export const unixUnread: Rule = {
  id: "unix-unread",
  title: "Unread unix socket data",
  bucket: "slabUnreclaimable",
  judge(diagnosis) {
    if (!diagnosis.sockets) return undefined;
    const set = collectSockets(diagnosis.sockets, (socket) =>
      socket.family === "unix" ? socket.retained.lower : 0,
    );
    if (set.bytes < NOTABLE_QUEUE)
      return excludeSmall(diagnosis, "unread unix socket data", set.bytes);
    const size = ownerStatus(set.bytes, diagnosis.memTotal);
    return {
      status: queueStatus(size, set.main),
      headline: `${formatBytes(set.bytes)} of unix socket data lie unread at ${processName(set.main ?? {})}`,
      confirm: socketSteps(set.main),
      finding: {
        severity: size === "suspect" ? "critical" : "warning",
        ...confidenceOf([
          { factor: set.main?.pid === undefined ? 0.75 : 1, why: "the reader is not known" },
        ]),
        bucket: placeOfQueue(diagnosis, set.bytes),
        bytes: { lower: set.bytes, upper: set.bytes },
        holders: set.holders,
        evidence: set.evidence,
        fix: "The reading process must catch up or close; for datagrams bound the queue with net.unix.max_dgram_qlen.",
        fixRisk: "A smaller max_dgram_qlen blocks senders sooner; closing drops what was not read.",
      },
    };
  },
};
