import { FILE_SYSTEM_CACHES } from "./slab-words-files";
import { KERNEL_CACHES } from "./slab-words-kernel";
import { NETWORK_CACHES } from "./slab-words-network";
import { STORAGE_CACHES } from "./slab-words-storage";

/** What is known about a slab cache from its name alone. */
export interface SlabWord {
  readonly subsystem: string;
  readonly explains: string;
  readonly reclaim: "reclaimable" | "unreclaimable";
  /** The loadable module that makes it, where it is not part of every kernel. */
  readonly module?: string;
}

/** One row of the glossary; `module` only for a cache that a module of that name makes. */
export type SlabEntry = readonly [
  pattern: RegExp,
  subsystem: string,
  reclaim: SlabWord["reclaim"],
  explains: string,
  module?: string,
];

/**
 * First match wins, so that a word for one cache stands before the word for its family. Sources: the
 * kmem_cache_create calls of the named subsystems and their SLAB_RECLAIM_ACCOUNT flag.
 */
const GLOSSARY: readonly SlabEntry[] = [
  ...FILE_SYSTEM_CACHES,
  ...STORAGE_CACHES,
  ...NETWORK_CACHES,
  ...KERNEL_CACHES,
];

/** Before 5.9 a memory cgroup's own caches are named "dentry(123:app.service)". */
const CGROUP_COPY = /^(.{1,80}?)\(\d{1,10}:.*$/;
/** Some drivers number their caches by address: "nf_conntrack_ffffffff81b2d260". */
const ADDRESS = /_(?:0x)?[0-9a-f]{8,16}$/;

/** The name without the cgroup a cache was cloned for: copies of one cache add up under it. */
export function cacheFamily(name: string): string {
  return CGROUP_COPY.exec(name)?.[1] ?? name;
}

/** True for a cache that belongs to one memory cgroup. */
export function isCgroupCopy(name: string): boolean {
  return CGROUP_COPY.test(name);
}

/** Any general size class, whose name does not tell who allocated: kmalloc-cg-512, kmalloc-rnd-03-1k, size-512(DMA). */
export function isKmalloc(name: string): boolean {
  return /^(?:dma-)?(?:kmalloc-|size-\d)/.test(name);
}

/** What a slab cache holds, from its name; absent for a name the glossary does not know. */
export function explainSlab(name: string): SlabWord | undefined {
  const family = cacheFamily(name);
  const entry = find(family) ?? find(family.replace(ADDRESS, ""));
  if (!entry) return undefined;
  const [, subsystem, reclaim, explains, module] = entry;
  return { subsystem, explains, reclaim, ...(module === undefined ? {} : { module }) };
}

function find(name: string): SlabEntry | undefined {
  return GLOSSARY.find(([pattern]) => pattern.test(name));
}
