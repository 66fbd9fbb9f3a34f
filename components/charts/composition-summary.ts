import { formatBytes, formatPercent } from "@/server/core/format-bytes";
import type { Composition } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";

/** The picture in one sentence, for those who do not see it and for those who skim. */
export function summarizeComposition({ memTotal, buckets }: Composition): string {
  const sum = (ids: readonly string[]) =>
    buckets.filter(({ id }) => ids.includes(id)).reduce((total, { bytes }) => total + bytes, 0);
  const unaccounted = sum(["allocpage"]);
  const kernel = buckets
    .filter(({ group, id }) => group === "kernel" && id !== "allocpage")
    .reduce((total, { bytes }) => total + bytes, 0);

  const parts = [
    `applications hold ${share(sum(["anon", "shmem", "hugetlb"]), memTotal)}`,
    `file caches ${share(sum(["fileCache", "buffers", "swapCache"]), memTotal)}`,
    `counted kernel memory ${share(kernel, memTotal)}`,
    `${share(sum(["free", "pcp"]), memTotal)} is free`,
  ];
  return `Of ${formatBytes(memTotal)}, ${parts.join(", ")}; ${remainderWords(unaccounted, memTotal)}.`;
}

function share(bytes: Bytes, memTotal: Bytes): string {
  return `${formatBytes(bytes)} (${formatPercent(bytes, memTotal)})`;
}

function remainderWords(unaccounted: Bytes, memTotal: Bytes): string {
  if (unaccounted < 0) return `the counters overlap by ${formatBytes(-unaccounted)}`;
  return `no counter shows ${share(unaccounted, memTotal)}`;
}
