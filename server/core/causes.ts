import type { BucketId } from "./report";

/**
 * Every cause Memledger knows by name, in playbook order, with the bucket it fills.
 * A cause that fills no bucket of its own (a state, a limit, a false alarm) has none.
 */
export const CAUSES = [
  { id: "socket-queue-pins-pages", bucket: "allocpage", title: "Unread socket queues pin pages" },
  {
    id: "socket-queue-collapsed",
    bucket: "slabUnreclaimable",
    title: "Unread socket queues, collapsed into slab",
  },
  { id: "udp-unread", bucket: "slabUnreclaimable", title: "Unread UDP datagrams" },
  { id: "unix-unread", bucket: "slabUnreclaimable", title: "Unread unix socket data" },
  { id: "stuck-senders", bucket: "allocpage", title: "Send queues that nobody drains" },
  { id: "tcp-orphans", title: "Orphaned TCP sockets" },
  { id: "time-wait-flood", title: "Many TIME-WAIT sockets" },
  { id: "close-wait-leak", title: "Sockets left in CLOSE-WAIT" },
  { id: "socket-fd-leak", title: "Leaked socket descriptors" },
  { id: "tcp-mem-pressure", title: "TCP memory limit reached" },
  { id: "zombie-cgroups", bucket: "percpu", title: "Removed memory cgroups that live on" },
  { id: "dentry-cache", bucket: "slabReclaimable", title: "A large cache of path names" },
  { id: "kmalloc-leak", bucket: "slabUnreclaimable", title: "A kmalloc size class keeps growing" },
  { id: "named-slab-leak", bucket: "slabUnreclaimable", title: "One slab cache holds the memory" },
  { id: "page-tables", bucket: "pageTables", title: "Page tables of very many mappings" },
  { id: "hugetlb-unused", bucket: "hugetlb", title: "Huge pages set aside and unused" },
  { id: "page-cache", bucket: "fileCache", title: "Page cache, not a leak" },
  { id: "container-view", title: "Container view of /proc/meminfo" },
] as const satisfies readonly { id: string; bucket?: BucketId; title: string }[];

export type CauseId = (typeof CAUSES)[number]["id"];

export function causeTitle(id: CauseId): string {
  return CAUSES.find((cause) => cause.id === id)?.title ?? id;
}
