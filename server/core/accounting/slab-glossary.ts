/** What is known about a slab cache from its name alone. */
export interface SlabWord {
  readonly subsystem: string;
  readonly explains: string;
  readonly reclaim: "reclaimable" | "unreclaimable";
}

type Entry = readonly [
  pattern: RegExp,
  subsystem: string,
  reclaim: SlabWord["reclaim"],
  explains: string,
];

const YES = "reclaimable";
const NO = "unreclaimable";

/**
 * First match wins. Sources: the kmem_cache_create calls of the named subsystems (mm/, fs/, net/,
 * kernel/) and their SLAB_RECLAIM_ACCOUNT flag.
 */
const GLOSSARY: readonly Entry[] = [
  [
    /^dentry$/,
    "file system",
    YES,
    "One object per cached path name, negative ones (names that do not exist) included. Given back under pressure.",
  ],
  [
    /^proc_inode_cache$/,
    "procfs",
    YES,
    "Inodes of /proc, made by everybody who walks it: monitoring agents, lsof, ps.",
  ],
  [
    /^sock_inode_cache$/,
    "sockets",
    YES,
    "One inode per open socket of any family. Falls when sockets are closed.",
  ],
  [
    /^(shmem|hugetlbfs|kernfs|sysfs|cgroup|debugfs).*inode/,
    "pseudo file systems",
    YES,
    "Inodes of file systems that live in memory.",
  ],
  [
    /(_inode_cache|^xfs_inode|^inode_cache|_inode_info|_inode_slab)$/,
    "file system",
    YES,
    "One object per cached inode. Given back under pressure, dirty ones after they are written.",
  ],
  [
    /^buffer_head$/,
    "block layer",
    YES,
    "One object per buffer of a cached block. Goes with the page cache.",
  ],
  [
    /^(radix_tree_node|xarray)/,
    "page cache",
    YES,
    "Index nodes of the page cache and other trees.",
  ],
  [
    /^(ext4_extent_status|ext4_es|btrfs_extent_state)/,
    "file system",
    YES,
    "Where the blocks of a file are. Given back under pressure.",
  ],
  [
    /^btrfs_extent_map$/,
    "btrfs",
    NO,
    "Where the extents of a file are. Before 6.10 kept as long as the inode is in use.",
  ],
  [/^btrfs_/, "btrfs", NO, "Book-keeping of btrfs."],
  [
    /^xfs_(buf|buf_item)$/,
    "XFS",
    NO,
    "Buffers of XFS metadata. The pages of the buffers themselves are in no counter.",
  ],
  [/^xfs_/, "XFS", NO, "Book-keeping of XFS."],
  [/^(jbd2|ext4|ext3)_/, "ext4", NO, "Journal and block book-keeping of ext4."],
  [/^nfs|^rpc_|^nfsd/, "NFS", NO, "Requests and state of the NFS client or server."],
  [/^ceph_/, "Ceph", NO, "Requests and state of the Ceph client."],
  [/^fuse_/, "FUSE", NO, "Requests of a file system in user space."],
  [
    /^(zio_|arc_|dnode_t|dmu_|zfs_|abd_|hdr_)/,
    "ZFS",
    NO,
    "Buffers and headers of the ZFS cache (ARC).",
  ],
  [
    /^skbuff_small_head$/,
    "network",
    NO,
    "Heads of small packets (kernel 6.2+). Grows when small datagrams lie unread.",
  ],
  [/^skbuff_fclone_cache$/, "network", NO, "Descriptors of packets being sent over TCP."],
  [
    /^skbuff_/,
    "network",
    NO,
    "Packet descriptors (sk_buff). Their data is elsewhere: in kmalloc or in pages that no counter shows.",
  ],
  [/^(TCP|TCPv6)$/, "network", NO, "One object per TCP socket."],
  [
    /^tw_sock_TCP/,
    "network",
    NO,
    "Sockets in TIME-WAIT, about 256 bytes each. They end by themselves after a minute.",
  ],
  [/^request_sock_TCP/, "network", NO, "Connections that are being opened."],
  [
    /^(UDP|UDPv6|UDPLITE|RAW|PING|UNIX|PACKET|NETLINK|SCTP)/i,
    "network",
    NO,
    "One object per socket of this family.",
  ],
  [/^nf_conntrack/, "netfilter", NO, "One object per tracked connection."],
  [/^(neigh|arp_cache|ip_dst|ip6_dst|rt6|fib)/, "network", NO, "Routes and neighbours."],
  [
    /^(net_namespace|nsproxy)$/,
    "namespaces",
    NO,
    "One object per network namespace or set of namespaces.",
  ],
  [/^(filp|files_cache)$/, "files", NO, "One object per open file (or per table of open files)."],
  [/^(eventpoll_|ep_)/, "epoll", NO, "Watches of epoll instances."],
  [
    /^(inotify_|fsnotify|dnotify|fanotify)/,
    "file watches",
    NO,
    "Watches on files and directories.",
  ],
  [
    /^(task_struct|signal_cache|sighand_cache|task_group|thread_stack)/,
    "processes",
    NO,
    "One object per thread or process.",
  ],
  [
    /^(mm_struct|vm_area_struct|vma_lock|anon_vma|anon_vma_chain|maple_node)$/,
    "address spaces",
    NO,
    "Mappings of processes. Grows with processes and with fragmented maps.",
  ],
  [/^(pid|pid_namespace|upid)/, "processes", NO, "One object per process id."],
  [
    /^(cred|cred_jar)$/,
    "credentials",
    NO,
    "Credentials of tasks. Many objects beside few tasks point to a leak or to dead cgroups.",
  ],
  [
    /^(kmem_cache|kmem_cache_node)$/,
    "slab allocator",
    NO,
    "Descriptors of slab caches. Many thousands mean one set per memory cgroup (before 5.9).",
  ],
  [
    /^(mem_cgroup|mem_cgroup_per_node|cgroup_rstat)/,
    "cgroups",
    NO,
    "One object per memory cgroup, dying ones included.",
  ],
  [
    /^kernfs_node_cache$/,
    "kernfs",
    NO,
    "One object per file of sysfs and cgroupfs. Grows with cgroups and devices.",
  ],
  [
    /^iommu_iova$/,
    "IOMMU",
    NO,
    "One object per DMA mapping. Growth means that a driver does not unmap.",
  ],
  [
    /^ebitmap_node$/,
    "SELinux",
    NO,
    "SELinux policy. Of 64 bytes: SLUB may have merged another cache under this name.",
  ],
  [
    /^(bio|biovec|bvec|blkdev_|request_queue|scsi_|dm_|nvme)/,
    "block layer",
    NO,
    "Block requests in flight.",
  ],
  [/^(audit_)/, "audit", NO, "Audit records that wait for auditd."],
  [
    /^(posix_timers_cache|sigqueue|hrtimer)/,
    "timers and signals",
    NO,
    "POSIX timers and queued signals.",
  ],
  [/^(key_jar|key)/, "keys", NO, "Kernel keyrings."],
  [/^(msg_msg|mqueue)/, "message queues", NO, "Messages in SysV or POSIX queues."],
  [/^(drm_|i915_|amdgpu|radeon|nouveau)/, "graphics", NO, "Book-keeping of a graphics driver."],
  [/^(kvm_|pte_list_desc|mmu_page_header)/, "KVM", NO, "Book-keeping of virtual machines."],
  [/^bpf/, "BPF", NO, "BPF maps and programs."],
  [
    /^(kmalloc-rcl-|dma-kmalloc-rcl)/,
    "kmalloc",
    YES,
    "General allocations of one size that can be reclaimed.",
  ],
  [/^kmalloc-cg-/, "kmalloc", NO, "General allocations of one size, charged to a memory cgroup."],
  [/^kmalloc-rnd-/, "kmalloc", NO, "General allocations of one size, spread over random caches."],
  [
    /^(kmalloc-|dma-kmalloc-|size-)/,
    "kmalloc",
    NO,
    "General allocations of one size by any part of the kernel. The name does not tell who.",
  ],
  [/^pool_workqueue|^workqueue/, "work queues", NO, "Work queues of the kernel."],
];

/** What a slab cache holds, from its name; absent for a name the glossary does not know. */
export function explainSlab(name: string): SlabWord | undefined {
  // Before 5.9 a memory cgroup's own caches are named "dentry(123:app.service)".
  const base = name.replace(/\(\d+:.*$/, "");
  const entry = GLOSSARY.find(([pattern]) => pattern.test(base));
  if (!entry) return undefined;
  const [, subsystem, reclaim, explains] = entry;
  return { subsystem, explains, reclaim };
}
