import type { AllocationSite, Frame, SiteSource } from "../parse/allocation-site";
import type { BucketId } from "../report";
import type { Bytes } from "../units";

export type SiteBucket = BucketId | "unknown";

/** Which bucket of the ledger the pages of a site are counted in. */
export interface SiteShare {
  readonly bucket: SiteBucket;
  /** Objects inside slab pages: the pages themselves stand in a row of their own, so the two are never added. */
  readonly isObject: boolean;
}

interface Pattern {
  readonly func: RegExp;
  readonly bucket: BucketId;
}

const THREAD_STACK = /^(?:alloc_thread_stack|dup_task_struct|copy_process|kernel_clone|_do_fork)/;
const SLAB_PAGES =
  /^(?:allocate_slab|new_slab|alloc_slab_page|kmem_getpages|cache_grow|cache_alloc_refill|_*slab_alloc)/;
const RECLAIMABLE =
  /^(?:__d_alloc|d_alloc|alloc_inode|\w+_alloc_inode|alloc_buffer_head|xas_alloc|radix_tree_node_alloc|__es_\w+|ext4_es_\w+)/;
const VMALLOC = /^(?:__vmalloc_(?:area_node|node_range|node)|vm_area_alloc_pages|vmalloc|vzalloc)/;
/** Names of functions that ask the slab allocator, whatever the size. */
const KMALLOC = /kmalloc|kzalloc|kcalloc|kmemdup|krealloc|kvmalloc|^kmem_cache/;

/** The allocator's own way in: passed before the pages have a purpose. */
const BY_FUNCTION: readonly Pattern[] = [
  { func: /^(?:__?kmalloc_large|___kmalloc_large|kmalloc_order)/, bucket: "slabUnreclaimable" },
  { func: /^pcpu_/, bucket: "percpu" },
  { func: /hugetlb|^alloc_fresh_huge|^alloc_buddy_huge/, bucket: "hugetlb" },
  {
    func: /^(?:__)?(?:pte|pmd|pud|p4d|pgd)_alloc|^_pgd_alloc|^__pte_alloc|^alloc_p[tmu]d_page/,
    bucket: "pageTables",
  },
  {
    func: /^(?:kvm_)?mmu_(?:memory_cache_alloc|alloc_|topup)|^kvm_mmu_topup|^(?:iommu_alloc_page|__arm_lpae_alloc|alloc_pgtable_page|v1_alloc_pgtable)/,
    bucket: "secPageTables",
  },
  { func: /^shmem_(?!alloc_inode)/, bucket: "shmem" },
  {
    func: /^(?:page_cache_ra|ra_alloc_folio|ractl_alloc_folio|btrfs_alloc_(?:page|folio)_array|__page_cache_alloc|filemap_alloc_folio|__filemap_get_folio|pagecache_get_page|grow_dev_(?:page|folio)|read_pages|__do_page_cache_readahead|do_sync_mmap_readahead)/,
    bucket: "fileCache",
  },
  {
    func: /^(?:do_anonymous_page|alloc_anon_folio|vma_alloc_anon|vma_alloc_zeroed|wp_page_copy|do_wp_page|do_cow_fault|folio_prealloc|page_copy_prealloc|do_huge_pmd|khugepaged|collapse_huge|alloc_charge_folio|__read_swap_cache|do_swap_page|alloc_swap_folio|alloc_migration_target|alloc_misplaced|__handle_mm_fault|handle_mm_fault|mfill_atomic)/,
    bucket: "anon",
  },
  { func: /^(?:zs_malloc|alloc_zspage)/, bucket: "zpool" },
  {
    func: /^(?:balloon_page_alloc|vmballoon_|alloc_balloon_pages|balloon_up|virtballoon|xen_balloon)/,
    bucket: "balloon",
  },
];

/** Pages for an address of a process: shared memory takes this way too, and says so further out. */
const OF_AN_ADDRESS = /^(?:vma_alloc_folio|alloc_pages_vma)/;

/**
 * The bucket that a site's pages are counted in, by the functions on its way and by what its source says of the pages.
 * What no counter knows is allocpage. Function names are those of mm/, arch/ and virt/ from 3.10 to 6.18.
 */
export function shareOf(site: AllocationSite, via: SiteSource, pageSize: Bytes): SiteShare {
  if (isSlab(site)) return { bucket: slabBucket(site), isObject: false };
  const named = bucketByFunction(site.frames);
  if (named && named !== "vmalloc") return { bucket: named, isObject: false };
  if (site.pages === "vmalloc" || named === "vmalloc")
    return { bucket: "vmalloc", isObject: false };
  if (site.pages === "lru") return { bucket: "unknown", isObject: false };
  if (via === "kmemleak") return { bucket: slabBucket(site), isObject: true };
  if (via === "allocinfo" || via === "memory-report") return ofCallSite(site, pageSize);
  return { bucket: isKmalloc(site) ? slabBucket(site) : "allocpage", isObject: isKmalloc(site) };
}

function isSlab(site: AllocationSite): boolean {
  return site.pages === "slab" || site.frames.some(({ func }) => SLAB_PAGES.test(func));
}

function slabBucket({ frames }: AllocationSite): BucketId {
  return frames.some(({ func }) => RECLAIMABLE.test(func))
    ? "slabReclaimable"
    : "slabUnreclaimable";
}

function bucketByFunction(frames: readonly Frame[]): BucketId | undefined {
  if (frames.some(({ func }) => VMALLOC.test(func))) {
    return frames.some(({ func }) => THREAD_STACK.test(func)) ? "kernelStack" : "vmalloc";
  }
  if (frames.some(({ func }) => func.startsWith("alloc_thread_stack"))) return "kernelStack";
  for (const { func } of frames) {
    const known = BY_FUNCTION.find((pattern) => pattern.func.test(func));
    if (known) return known.bucket;
  }
  return frames.some(({ func }) => OF_AN_ADDRESS.test(func)) ? "anon" : undefined;
}

function isKmalloc({ frames }: AllocationSite): boolean {
  return KMALLOC.test(frames[0]?.func ?? "");
}

const BY_FILE: readonly { readonly file: RegExp; readonly bucket: BucketId }[] = [
  { file: /^mm\/(?:filemap|readahead)\.c$|^fs\/buffer\.c$/, bucket: "fileCache" },
  {
    file: /^mm\/(?:memory|huge_memory|khugepaged|swap_state|migrate|mempolicy)\.c$/,
    bucket: "anon",
  },
  { file: /^mm\/shmem\.c$/, bucket: "shmem" },
  { file: /^mm\/percpu/, bucket: "percpu" },
  { file: /^mm\/hugetlb/, bucket: "hugetlb" },
  { file: /^mm\/zsmalloc\.c$/, bucket: "zpool" },
  { file: /pgtable\.c$|pgalloc\.h$/, bucket: "pageTables" },
  { file: /^(?:kernel\/module|kernel\/bpf|mm\/vmalloc|mm\/execmem)/, bucket: "vmalloc" },
];

/**
 * A call site alone does not say whether it asked for a page or an object: objects are smaller than a page on average.
 * A page-sized kmalloc is taken for a page; rows that matter (rings, fragments) are pages of drivers.
 */
function ofCallSite(site: AllocationSite, pageSize: Bytes): SiteShare {
  const isObject = isKmalloc(site) || site.bytes / Math.max(1, site.calls) < pageSize * 0.97;
  if (isObject) return { bucket: slabBucket(site), isObject };
  const file = site.frames[0]?.file ?? "";
  const known = BY_FILE.find((pattern) => pattern.file.test(file));
  return { bucket: known?.bucket ?? "allocpage", isObject: false };
}
