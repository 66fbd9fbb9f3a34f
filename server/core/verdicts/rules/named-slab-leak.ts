import { judgeLargestCache } from "../largest-cache";
import type { Rule } from "../rule";

/** SUnreclaim is large and most of it is one named cache. */
export const namedSlabLeak: Rule = {
  id: "named-slab-leak",
  title: "One slab cache holds the memory",
  bucket: "slabUnreclaimable",
  judge: (diagnosis) => judgeLargestCache(diagnosis, "named"),
};
