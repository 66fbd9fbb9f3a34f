import type { AllocationSite, Frame } from "../parse/allocation-site";

/** Frames of the allocators: whoever called them is the one to name. Source: mm/, include/linux/gfp.h, slab.h. */
const ALLOCATOR =
  /^(?:prep_new_page|post_alloc_hook|get_page_from_freelist|_*alloc_pages|_*alloc_frozen_pages|_*folio_alloc|alloc_page_interleave|_*get_free_page|get_zeroed_page|vma_alloc_folio|alloc_slab_page|allocate_slab|new_slab|_*slab_alloc|_*kmem_cache_alloc|_*kmalloc|_*kzalloc|_*kvmalloc|krealloc|_*krealloc|kmem_getpages|cache_grow|cache_alloc_refill|_*vmalloc|vzalloc|_*vzalloc|vm_area_alloc_pages|kmemdup|_*page_frag_alloc|_*page_frag_cache_refill|_*page_frag_cache|page_frag_|alloc_tagging|alloc_slab_obj_exts|save_stack|stack_trace|_*set_page_owner|_*rmqueue|mempool_alloc|kmemleak|_*kasan|trace_|mod_|perf_trace_mm|__traceiter_mm|bpf_prog_\w+_mm)/;

/** Functions of the network core through which pages reach sockets: worth naming, but their caller says more. */
const BY_FUNCTION: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:receive_mergeable|try_fill_recv|virtnet_|page_to_skb|receive_buf|add_recvbuf)/,
    "virtio_net",
  ],
  [/^(?:page_pool_|__page_pool)/, "page_pool"],
  [
    /^(?:ice|i40e|ixgbe|iavf|igb|igc|e1000|fm10k)_|^__ixgbe|^(?:mlx[45]|mlx5e|bnxt|bnx2|tg3|ena|gve|qede|qed|be|nfp|sfc|efx|hns3|hinic|r8169|rtl\w*|atl\w*|stmmac|fec|mvneta|mvpp2|ath\d*\w*|iwl\w*|mt76\w*|mt7\w*|rtw\w*|brcm\w*|xennet|netvsc|vmxnet3|gem|macb|dpaa2?|enetc|cxgb\w*|t4|otx2|octep|fbnic|mana|alx|jme|sky2|forcedeth|sis\w*|via_rhine|vnet)_/,
    "network driver",
  ],
  [/^(?:svc_|svcsock|xprt_|xs_|rpc_|rpcrdma|nfsd?\d?_|nfs\d?_|nlm_)/, "NFS and SunRPC"],
  [/^(?:ceph_|rbd_|osd_)/, "Ceph"],
  [/^drbd_/, "DRBD"],
  [/^(?:iscsi|iscsit_)/, "iSCSI"],
  [/^(?:packet_|alloc_pg_vec|tpacket_)/, "packet rings"],
  [/^(?:unix_|sock_alloc_send)/, "unix sockets"],
  [
    /^(?:skb_|__skb|__alloc_skb|alloc_skb|napi_|__napi|__netdev|netdev_|sk_page_frag|tcp_|__tcp|udp_|udpv6|ip_|ip6_|inet_|sock_|__sock|dev_|net_|sctp_|netlink_)/,
    "network sockets",
  ],
  [/^(?:pipe_|anon_pipe|alloc_pipe|get_pipe)/, "pipes"],
  [/^(?:io_uring|io_|__io_uring)/, "io_uring"],
  [/^(?:perf_mmap|rb_alloc|perf_|ring_buffer_(?:attach|alloc_aux))/, "perf"],
  [/^(?:ring_buffer_|rb_allocate|__rb_allocate|trace_|tracing_|ftrace_|__tracing)/, "tracing"],
  [/^(?:bpf_|__bpf|htab_|array_map|ringbuf_map|arena_)/, "BPF"],
  [/^(?:nv_|_nv|nvidia|os_alloc|nvkms|uvm_|nvUvm)/, "NVIDIA driver"],
  [/^(?:amdgpu|ttm_|drm_|i915_|__i915|radeon|nouveau|xe_|shmem_get_pages|vgem|msm_)/, "graphics"],
  [/^(?:dma_buf|system_heap|cma_heap|ion_)/, "DMA buffers"],
  [/^(?:xfs_buf|xfs_)/, "XFS"],
  [/^(?:abd_|zio_|arc_|dbuf_|spl_|zfs_|dmu_)/, "ZFS"],
  [/^(?:btrfs|ext[234]_|f2fs|jbd2_|fuse_|cifs_|smb2?_|ocfs2|gfs2|ll_|ldlm_|cl_)/, "file systems"],
  [/^(?:dm_|crypt_|bio_|blk_|nvme_|scsi_|sd_|md_|raid\d|loop_|nbd_|bcache|cas_)/, "block devices"],
  [/^(?:kvm_|vhost_|vmx_|svm_)/, "KVM and vhost"],
  [/^(?:balloon_|virtballoon|vmballoon|hv_)/, "balloon"],
  [
    /^(?:alloc_page_ext|init_page_ext|stack_depot|kmemleak|kasan|kfence|page_owner)/,
    "kernel debugging",
  ],
  [/^(?:dma_|__dma|iommu_)/, "DMA"],
  [/^(?:snd_|usb_|uhci|xhci|ehci)/, "USB and sound"],
];

const BY_FILE: readonly (readonly [RegExp, string])[] = [
  [/^drivers\/net\/virtio_net/, "virtio_net"],
  [/^net\/core\/page_pool/, "page_pool"],
  [/^drivers\/net\//, "network driver"],
  [/^net\/sunrpc\/|^fs\/nfs/, "NFS and SunRPC"],
  [/^net\/ceph\/|^fs\/ceph\/|^drivers\/block\/rbd/, "Ceph"],
  [/^net\/packet\//, "packet rings"],
  [/^net\/unix\//, "unix sockets"],
  [/^net\//, "network sockets"],
  [/^fs\/pipe\.c|^fs\/splice\.c/, "pipes"],
  [/^io_uring\/|^fs\/io_uring/, "io_uring"],
  [/^kernel\/events\//, "perf"],
  [/^kernel\/trace\//, "tracing"],
  [/^kernel\/bpf\//, "BPF"],
  [/^drivers\/gpu\//, "graphics"],
  [/^drivers\/dma-buf\//, "DMA buffers"],
  [/^fs\/xfs\//, "XFS"],
  [/^fs\//, "file systems"],
  [/^block\/|^drivers\/(?:md|nvme|scsi|block|ata|target)\//, "block devices"],
  [/^virt\/|^arch\/\w+\/kvm\/|^drivers\/vhost\//, "KVM and vhost"],
  [/^mm\/page_ext|^lib\/stackdepot|^mm\/(?:kasan|kfence|kmemleak|page_owner)/, "kernel debugging"],
  [/^kernel\/dma\/|^drivers\/iommu\//, "DMA"],
  [/^drivers\/(?:usb|media)\/|^sound\//, "USB and sound"],
  [/^drivers\//, "drivers"],
  [/^mm\//, "memory management"],
  [/^kernel\/|^lib\/|^security\/|^crypto\/|^arch\//, "kernel core"],
];
/** Where interrupts, system calls and threads come in: the same work is reached through many of them. */
const ENTRY =
  /^(?:asm_|entry_|ret_from_fork|common_interrupt|sysvec_|exc_page_fault|do_page_fault|page_fault|do_syscall|__x64_sys|x64_sys|kthread|worker_thread|smpboot_thread_fn|run_ksoftirqd|__do_softirq|do_softirq|handle_softirqs|irq_exit|el0|invoke_syscall|do_el0|__arm64_sys|cpu_startup_entry|secondary_startup)/;
/** What is in no table is named by what it is. */
const BY_BUCKET: Readonly<Record<string, string>> = {
  anon: "process memory",
  fileCache: "page cache",
  shmem: "shared memory",
  slabReclaimable: "slab objects",
  slabUnreclaimable: "slab objects",
  kernelStack: "kernel stacks",
  pageTables: "page tables",
  percpu: "per-CPU memory",
  vmalloc: "vmalloc",
};

/** The frames from the one that asked the allocator outwards; all of them when nothing else is there. */
export function ownFrames({ frames }: AllocationSite): readonly Frame[] {
  const first = frames.findIndex(({ func }) => !ALLOCATOR.test(func));
  return first < 0 ? frames : frames.slice(first);
}

/** A stack without the frames through which every stack of its kind was entered. */
export function withoutEntry(frames: readonly Frame[]): readonly Frame[] {
  const entry = frames.findIndex(({ func }) => ENTRY.test(func));
  return entry > 0 ? frames.slice(0, entry) : frames;
}

/** Which part of the kernel a site belongs to, in words; the innermost frame that is known decides. */
export function subsystemOf(frames: readonly Frame[], bucket: string): string {
  for (const { func, file, module } of frames) {
    const known = file
      ? BY_FILE.find(([pattern]) => pattern.test(file))
      : BY_FUNCTION.find(([pattern]) => pattern.test(func));
    if (known) return known[1];
    if (module) return `module ${module}`;
  }
  return BY_BUCKET[bucket] ?? "other";
}

/** The module that a site belongs to: the innermost that its own frames name. */
export function moduleOf(frames: readonly Frame[]): string | undefined {
  return frames.find(({ module }) => module !== undefined)?.module;
}
