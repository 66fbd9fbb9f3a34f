import { describe, expect, it } from "vitest";
import { cacheFamily, explainSlab, isCgroupCopy, isKmalloc } from "./slab-glossary";

describe("the glossary of slab caches", () => {
  it.each([
    ["btrfs_extent_map", "btrfs", "unreclaimable", "btrfs"],
    ["btrfs_inode", "btrfs", "reclaimable", "btrfs"],
    ["xfs_inode", "XFS", "reclaimable", "xfs"],
    ["xfs_ili", "XFS", "unreclaimable", "xfs"],
    ["ext4_extent_status", "ext4", "reclaimable", undefined],
    ["jbd2_inode", "ext4", "reclaimable", undefined],
    ["nfs_inode_cache", "NFS", "reclaimable", "nfs"],
    ["nfs_write_data", "NFS", "unreclaimable", "nfs"],
    ["nfsd4_stids", "NFS server", "unreclaimable", "nfsd"],
    ["cifs_inode_cache", "SMB", "reclaimable", "cifs"],
    ["ceph_cap", "Ceph", "unreclaimable", "ceph"],
    ["ldlm_locks", "Lustre", "unreclaimable", "lustre"],
    ["arc_buf_hdr_t_full", "ZFS", "unreclaimable", "zfs"],
    ["zfs_znode_cache", "ZFS", "reclaimable", "zfs"],
    ["nf_conntrack_ffffffff81b2d260", "netfilter", "unreclaimable", "nf_conntrack"],
    ["iommu_iova", "IOMMU", "unreclaimable", undefined],
    ["bio-264", "block layer", "unreclaimable", undefined],
    ["dm_bufio_buffer-4", "device mapper", "unreclaimable", "dm_mod"],
    ["scsi_sense_cache", "SCSI", "unreclaimable", undefined],
    ["pte_list_desc", "KVM", "unreclaimable", "kvm"],
    ["drm_i915_gem_object", "graphics", "unreclaimable", undefined],
    ["msg_msg-512", "message queues", "unreclaimable", undefined],
    ["kmalloc-rcl-96", "kmalloc", "reclaimable", undefined],
    ["size-4096(DMA)", "kmalloc", "unreclaimable", undefined],
    ["dentry(123:a.service)", "file system", "reclaimable", undefined],
  ] as const)("%s belongs to %s and is %s", (name, subsystem, reclaim, module) => {
    const word = explainSlab(name);
    expect(word).toMatchObject({ subsystem, reclaim });
    expect(word?.module).toBe(module);
  });

  it("does not guess at a name it does not know", () => {
    expect(explainSlab("thing_of_a_vendor")).toBeUndefined();
  });
});

describe("names of caches", () => {
  it("lose the cgroup they were cloned for", () => {
    expect(cacheFamily("filp(77:kubepods/pod1)")).toBe("filp");
    expect(isCgroupCopy("filp(77:kubepods/pod1)")).toBe(true);
    // A size class for old devices is no copy.
    expect(cacheFamily("size-512(DMA)")).toBe("size-512(DMA)");
  });

  it("of size classes are known by their prefix, and no other", () => {
    expect(["kmalloc-8k", "kmalloc-cg-64", "dma-kmalloc-96", "size-32"].every(isKmalloc)).toBe(
      true,
    );
    expect(["sized_thing", "msg_msg-64", "kmem_cache"].some(isKmalloc)).toBe(false);
  });
});
