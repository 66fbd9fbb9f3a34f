import { judgeLargeCaches } from "../large-caches";
import type { Rule } from "../rule";
import { isOfPackets, judgeUnreferenced } from "../slab-sites";

/** SUnreclaim is large and general size classes fill it, whatever their prefix (cg-, rnd-, dma-, size-N). */
export const kmallocLeak: Rule = {
  id: "kmalloc-leak",
  title: "General size classes of the kernel hold the memory",
  bucket: "slabUnreclaimable",
  judge: (diagnosis, rest) =>
    judgeLargeCaches(diagnosis, rest, "kmalloc") ??
    judgeUnreferenced(diagnosis, (path) => !isOfPackets(path)),
};
