import type { Rule } from "./rule";
import { auditBacklog } from "./rules/audit-backlog";
import { balloon } from "./rules/balloon";
import { bpfMapMemory } from "./rules/bpf-maps";
import { bpfRingbuf } from "./rules/bpf-ringbuf";
import { closeWaitLeak } from "./rules/close-wait-leak";
import { compressedSwap } from "./rules/compressed-swap";
import { conntrackTable } from "./rules/conntrack-table";
import { containerView } from "./rules/container-view";
import { debugKernel } from "./rules/debug-kernel";
import { deletedTmpfsOrMemfd } from "./rules/deleted-tmpfs-or-memfd";
import { dentryCache } from "./rules/dentry-cache";
import { dirtyPages } from "./rules/dirty-pages";
import { driverMappedMemory } from "./rules/driver-mapped-memory";
import { driverPageLeak } from "./rules/driver-page-leak";
import { fileOrWatchLeak } from "./rules/file-or-watch-leak";
import { fragmentation } from "./rules/fragmentation";
import { fuseOrVirtiofs } from "./rules/fuse-or-virtiofs";
import { gpuBuffers } from "./rules/gpu-buffers";
import { hardwareCorrupted } from "./rules/hardware-corrupted";
import { hugetlbUnused } from "./rules/hugetlb-unused";
import { hugetlbUsed } from "./rules/hugetlb-used";
import { inodeCache } from "./rules/inode-cache";
import { ioUringRingMemory } from "./rules/io-uring-rings";
import { ipcOrTimerLeak } from "./rules/ipc-or-timer-leak";
import { kmallocLeak } from "./rules/kmalloc-leak";
import { kvmGuests } from "./rules/kvm-guests";
import { memcgSlabCaches } from "./rules/memcg-slab-caches";
import { memtotalTooSmall } from "./rules/memtotal-too-small";
import { mlock } from "./rules/mlock";
import { namedSlabLeak } from "./rules/named-slab-leak";
import { networkStorageClient } from "./rules/network-storage-client";
import { nvidiaHostPages } from "./rules/nvidia-host-pages";
import { orphanedPageCache } from "./rules/orphaned-page-cache";
import { packetRing } from "./rules/packet-ring";
import { pageCache } from "./rules/page-cache";
import { pagePoolOrRxRing } from "./rules/page-pool-or-rx-ring";
import { pageTables } from "./rules/page-tables";
import { pcpHoarding } from "./rules/pcp-hoarding";
import { perfOrFtraceBuffers } from "./rules/perf-or-ftrace-buffers";
import { pinnedUserPages } from "./rules/pinned-user-pages";
import { pipeBuffers } from "./rules/pipe-buffers";
import { processMemory } from "./rules/process-memory";
import { reservedByWatermarks } from "./rules/reserved-by-watermarks";
import { secondLevelPageTables } from "./rules/second-level-page-tables";
import { skbLeak } from "./rules/skb-leak";
import { slabFragmentation } from "./rules/slab-fragmentation";
import { socketFdLeak } from "./rules/socket-fd-leak";
import { socketQueueCollapsed } from "./rules/socket-queue-collapsed";
import { socketQueuePinsPages } from "./rules/socket-queue-pins-pages";
import { stuckSenders } from "./rules/stuck-senders";
import { sysvShmOrphan } from "./rules/sysv-shm-orphan";
import { tcpMemPressure } from "./rules/tcp-mem-pressure";
import { tcpOrphans } from "./rules/tcp-orphans";
import { thpBloat } from "./rules/thp-bloat";
import { threadExplosion } from "./rules/thread-explosion";
import { timeWaitFlood } from "./rules/time-wait-flood";
import { tmpfsFiles } from "./rules/tmpfs-files";
import { udpUnread } from "./rules/udp-unread";
import { unixUnread } from "./rules/unix-unread";
import { vmallocLeak } from "./rules/vmalloc-leak";
import { vmwareBalloon } from "./rules/vmware-balloon";
import { xfsBuffers } from "./rules/xfs-buffers";
import { zfsArc } from "./rules/zfs-arc";
import { zombieCgroups } from "./rules/zombie-cgroups";

/** Every rule that is run on a snapshot. A new cause is one file in `rules/`, and its line here. */
export const RULES: readonly Rule[] = [
  // Sizes that were read, before bounds that can explain anything.
  packetRing,
  bpfRingbuf,
  ioUringRingMemory,
  perfOrFtraceBuffers,
  bpfMapMemory,
  socketQueuePinsPages,
  socketQueueCollapsed,
  udpUnread,
  unixUnread,
  stuckSenders,
  networkStorageClient,
  debugKernel,
  pagePoolOrRxRing,
  skbLeak,
  tcpOrphans,
  timeWaitFlood,
  closeWaitLeak,
  socketFdLeak,
  tcpMemPressure,
  pipeBuffers,
  zombieCgroups,
  memcgSlabCaches,
  conntrackTable,
  fileOrWatchLeak,
  auditBacklog,
  ipcOrTimerLeak,
  xfsBuffers,
  slabFragmentation,
  dentryCache,
  inodeCache,
  kmallocLeak,
  namedSlabLeak,
  threadExplosion,
  pageTables,
  secondLevelPageTables,
  vmallocLeak,
  fragmentation,
  pcpHoarding,
  zfsArc,
  vmwareBalloon,
  balloon,
  gpuBuffers,
  driverMappedMemory,
  sysvShmOrphan,
  deletedTmpfsOrMemfd,
  tmpfsFiles,
  hugetlbUsed,
  hugetlbUnused,
  kvmGuests,
  mlock,
  compressedSwap,
  dirtyPages,
  fuseOrVirtiofs,
  pageCache,
  reservedByWatermarks,
  pinnedUserPages,
  hardwareCorrupted,
  memtotalTooSmall,
  processMemory,
  thpBloat,
  containerView,
  orphanedPageCache,
  nvidiaHostPages,
  driverPageLeak,
];
