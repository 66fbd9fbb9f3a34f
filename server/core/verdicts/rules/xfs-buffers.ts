import { formatBytes } from "../../format-bytes";
import { KIB, MIB } from "../../units";
import { cacheHolder, collectCaches, leftOf } from "../cache-set";
import { confidenceOf } from "../confidence";
import type { Rule } from "../rule";

/** One page at least; clusters of inodes and blocks of directories are larger. */
const LOWER_EACH = 4 * KIB;
/** 11 to 12 KiB of pages per buffer were seen on hosts with tens of millions of cached inodes. */
const UPPER_EACH = 12 * KIB;
const NOTABLE = 256 * MIB;

/**
 * XFS keeps metadata in buffers whose pages come straight from the page allocator, in no counter; only
 * their descriptors are in slab. A shrinker gives them back: memory with a name, never a leak.
 * Source: fs/xfs/xfs_buf.c (xfs_buf_alloc_pages, xfs_buftarg_shrink_scan).
 */
export const xfsBuffers: Rule = {
  id: "xfs-buffers",
  title: "Metadata buffers of XFS",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    const { caches } = collectCaches(diagnosis, ({ name }) => name === "xfs_buf");
    const [cache] = caches;
    if (!cache?.objects) return undefined;
    const active = cache.activeObjects ?? cache.objects;
    const upper = leftOf(diagnosis, rest, {
      bucket: "allocpage",
      bytes: cache.objects * UPPER_EACH,
    });
    const lower = Math.min(upper, active * LOWER_EACH);
    if (upper < NOTABLE || lower < (diagnosis.memTotal ?? 0) * 0.005) return undefined;
    const [line] = cache.evidence;
    return {
      status: "healthy",
      headline: `${formatBytes(lower)} to ${formatBytes(upper)} in no counter are metadata buffers of XFS: given back under pressure, not a leak`,
      confirm: [
        {
          command:
            "grep xfs_buf /proc/slabinfo; grep -H ^ /sys/fs/xfs/*/stats/stats 2>/dev/null | grep -w buf",
          proves:
            "How many buffers there are now: they fall with the unexplained pages under pressure.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: "info",
        ...confidenceOf([{ factor: 0.85, why: "the size of a buffer is an estimate" }]),
        bytes: { lower, upper },
        holders: [{ ...cacheHolder(cache), bytes: { lower, upper } }],
        evidence: line
          ? [
              {
                ...line,
                text: "buffers of XFS, their pages",
                value: upper,
                unit: "bytes",
                formula: `${active} in use × 4 KiB to ${cache.objects} × 12 KiB, at most what is left of allocpage`,
              },
            ]
          : [],
        fix: "Nothing to free: the buffers go when memory is needed. Where their reclaim stalls the machine, fewer cached inodes help (vm.vfs_cache_pressure above 100).",
        fixRisk: "Metadata that was dropped is read from disk again.",
      },
    };
  },
};
