import type { RetainedSocket } from "../accounting/socket-view";
import { formatBytes } from "../format-bytes";
import type { Bytes } from "../units";
import { confidenceOf } from "./confidence";
import { socketSteps } from "./confirm";
import { bytesOf, type Diagnosis } from "./diagnosis";
import type { Found } from "./rule";
import { processName } from "./socket-holder";
import { collectSockets, placeOfQueue, type SocketSet } from "./socket-rule";
import { sizeStatus } from "./thresholds";

/** A queue of which nothing was read between two looks, or whose process cannot read. */
const UNREAD_SHARE = 0.5;

/**
 * Receive queues that are full: their pages are charged, so sockstat owns up to them and nothing is missing, but they are
 * in no counter of meminfo, and somebody has to read them. Held only when it shows that nobody does.
 */
export function judgeChargedQueues(diagnosis: Diagnosis): Found | undefined {
  const { sockets: view, composition } = diagnosis;
  if (!view || !composition || diagnosis.inconsistencies.length > 0) return undefined;
  const set = collectSockets(view, charged);
  const bytes = Math.min(set.bytes, bytesOf(diagnosis, "allocpage"));
  const size = sizeStatus(bytes, diagnosis.memTotal);
  if (!size || placeOfQueue(diagnosis, set.bytes) !== "allocpage") return undefined;
  const isHeld = isLeftUnread(set);
  const isAlarm = size === "suspect" && isHeld;
  return {
    status: isAlarm ? "held" : "watch",
    headline: `${formatBytes(bytes)} lie in receive queues of ${processName(set.main ?? {})}${isHeld ? ", which does not read them" : ""}`,
    confirm: socketSteps(set.main),
    finding: {
      severity: isAlarm ? "critical" : "warning",
      ...confidenceOf([
        { factor: isHeld ? 1 : 0.7, why: "a busy reader looks the same in one look" },
        { factor: set.main?.pid === undefined ? 0.75 : 1, why: "the process is not known" },
      ]),
      bytes: { lower: bytes, upper: bytes },
      holders: set.holders,
      evidence: [...(view.sockstatTcp ? [view.sockstatTcp] : []), ...set.evidence],
      fix: "The process must read from these sockets or close them; net.ipv4.tcp_rmem bounds each queue.",
      fixRisk:
        "Closing drops what was sent and not read. Smaller receive buffers cost throughput on long lines.",
    },
  };
}

/** A known process, and most of the queues stand still. */
function isLeftUnread({ sockets, bytes, main }: SocketSet): boolean {
  const unread = sockets.filter(isUnread).reduce((sum, socket) => sum + charged(socket), 0);
  return main?.pid !== undefined && unread >= bytes * UNREAD_SHARE;
}

function charged({ family, state, rmem }: RetainedSocket): Bytes {
  return family === "tcp" && state !== "LISTEN" ? (rmem ?? 0) : 0;
}

function isUnread({ isUnreadSincePreviousLook, processState = "-" }: RetainedSocket): boolean {
  return isUnreadSincePreviousLook === true || "TtD".includes(processState);
}
