import type { Rule } from "./rule";
import { closeWaitLeak } from "./rules/close-wait-leak";
import { containerView } from "./rules/container-view";
import { pageCache } from "./rules/page-cache";
import { kmallocLeak, namedSlabLeak } from "./rules/slab-leak";
import { socketFdLeak } from "./rules/socket-fd-leak";
import { socketQueueCollapsed } from "./rules/socket-queue-collapsed";
import { socketQueuePinsPages } from "./rules/socket-queue-pins-pages";
import { stuckSenders } from "./rules/stuck-senders";
import { tcpMemPressure } from "./rules/tcp-mem-pressure";
import { tcpOrphans } from "./rules/tcp-orphans";
import { timeWaitFlood } from "./rules/time-wait-flood";
import { udpUnread } from "./rules/udp-unread";
import { unixUnread } from "./rules/unix-unread";

/** Every rule that is run on a snapshot. A new cause is one file in `rules/` and one line here and in `causes.ts`. */
export const RULES: readonly Rule[] = [
  socketQueuePinsPages,
  socketQueueCollapsed,
  udpUnread,
  unixUnread,
  stuckSenders,
  tcpOrphans,
  timeWaitFlood,
  closeWaitLeak,
  socketFdLeak,
  tcpMemPressure,
  kmallocLeak,
  namedSlabLeak,
  pageCache,
  containerView,
];
