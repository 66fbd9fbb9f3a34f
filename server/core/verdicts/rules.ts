import type { Rule } from "./rule";
import { closeWaitLeak } from "./rules/close-wait-leak";
import { containerView } from "./rules/container-view";
import { dentryCache } from "./rules/dentry-cache";
import { hugetlbUnused } from "./rules/hugetlb-unused";
import { kmallocLeak } from "./rules/kmalloc-leak";
import { namedSlabLeak } from "./rules/named-slab-leak";
import { pageCache } from "./rules/page-cache";
import { pageTables } from "./rules/page-tables";
import { socketFdLeak } from "./rules/socket-fd-leak";
import { socketQueueCollapsed } from "./rules/socket-queue-collapsed";
import { socketQueuePinsPages } from "./rules/socket-queue-pins-pages";
import { stuckSenders } from "./rules/stuck-senders";
import { tcpMemPressure } from "./rules/tcp-mem-pressure";
import { tcpOrphans } from "./rules/tcp-orphans";
import { timeWaitFlood } from "./rules/time-wait-flood";
import { udpUnread } from "./rules/udp-unread";
import { unixUnread } from "./rules/unix-unread";
import { zombieCgroups } from "./rules/zombie-cgroups";

/** Every rule that is run on a snapshot. A new cause is one file in `rules/`, and its line here. */
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
  zombieCgroups,
  dentryCache,
  kmallocLeak,
  namedSlabLeak,
  pageTables,
  hugetlbUnused,
  pageCache,
  containerView,
];
