import { judgeLargestCache } from "../largest-cache";
import type { Rule } from "../rule";

/** SUnreclaim is large and most of it is one kmalloc size class. */
export const kmallocLeak: Rule = {
  id: "kmalloc-leak",
  title: "A kmalloc size class keeps growing",
  bucket: "slabUnreclaimable",
  judge: (diagnosis) => judgeLargestCache(diagnosis, "kmalloc"),
};
