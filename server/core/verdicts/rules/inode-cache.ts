import type { SlabFamily } from "../../accounting/slab-families";
import { formatBytes } from "../../format-bytes";
import { GIB } from "../../units";
import { collectCaches, leftOf } from "../cache-set";
import { confidenceOf } from "../confidence";
import { isFragmented } from "../free-objects";
import type { Rule } from "../rule";

const HUGE = 0.5;
const INODES =
  /(?:_inode_cache|^inode_cache|_inode|_inode_info|_inode_slab|_icache|^jfs_ip|^zfs_znode.*)$/;
/** One per open socket, per queue, or not an inode at all: these have rules of their own. */
const OTHERS = /^(?:sock|mqueue)_inode_cache$|^jbd2_inode$/;

/** Inodes of files that were used once. Given back under pressure: large, but no leak. */
export const inodeCache: Rule = {
  id: "inode-cache",
  title: "A large cache of inodes",
  bucket: "slabReclaimable",
  judge(diagnosis, rest) {
    const set = collectCaches(diagnosis, isInodes);
    const [main] = set.caches;
    const { memTotal } = diagnosis;
    if (!main || set.bytes <= Math.max(GIB, (memTotal ?? 0) * 0.05)) return undefined;
    // The free objects of a fragmented cache are told by the rule before this one.
    const own = set.caches.reduce(
      (sum, cache) => sum + (isFragmented(cache, memTotal) ? cache.used : cache.bytes),
      0,
    );
    const bytes = leftOf(diagnosis, rest, { bucket: "slabReclaimable", bytes: own });
    const isHuge = memTotal === undefined || set.bytes > memTotal * HUGE;
    return {
      status: isHuge ? "watch" : "healthy",
      headline: `${formatBytes(set.bytes)} are cached inodes, most of them ${main.name} (${main.subsystem}): reclaimable, not a leak`,
      confirm: [
        {
          command: "cat /proc/sys/fs/inode-nr; slabtop -o -s c | head -25",
          proves: "How many inodes are cached, and of which file system.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: isHuge ? "warning" : "info",
        ...confidenceOf([]),
        bytes: { lower: Math.min(bytes, set.used), upper: bytes },
        holders: set.holders,
        evidence: set.evidence,
        fix: "Nothing to free by hand: the kernel gives inodes back when memory is needed. Where reclaiming them stalls the machine, find who walks so many files (backup, find, updatedb, an agent on /proc), or raise vm.vfs_cache_pressure.",
        fixRisk:
          "A higher vfs_cache_pressure also drops inodes that are in use again soon: more disk reads.",
      },
    };
  },
};

function isInodes({ name, reclaim }: SlabFamily): boolean {
  return reclaim === "reclaimable" && INODES.test(name) && !OTHERS.test(name);
}
