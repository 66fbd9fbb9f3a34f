import { formatBytes, formatPercent } from "@/server/core/format-bytes";
import type { BucketId, BucketShare, Composition } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";

/**
 * The picture in one sentence, for those who do not see it and for those who skim. What the input does not measure
 * is left out: it is not zero.
 */
export function summarizeComposition({ memTotal, buckets }: Composition): string {
  const sum = (isWanted: (bucket: BucketShare) => boolean): Bytes | undefined => {
    const measured = buckets.filter(isWanted);
    if (measured.length === 0) return undefined;
    return measured.reduce((total, { bytes }) => total + bytes, 0);
  };
  const among = (ids: readonly BucketId[]) => sum(({ id }) => ids.includes(id));
  const part = (bytes: Bytes | undefined, words: (share: string) => string) =>
    bytes === undefined ? [] : [words(share(bytes, memTotal))];

  const parts = [
    ...part(among(["anon", "shmem", "hugetlb"]), (held) => `applications hold ${held}`),
    ...part(among(["fileCache", "buffers", "swapCache"]), (held) => `file caches ${held}`),
    ...part(
      sum(({ group, id }) => group === "kernel" && id !== "allocpage"),
      (held) => `counted kernel memory ${held}`,
    ),
    ...part(among(["free", "pcp"]), (held) => `${held} is free`),
  ];
  const unaccounted = among(["allocpage"]) ?? 0;
  const words = [parts.join(", "), remainderWords(unaccounted, memTotal)].filter((each) => each);
  return `Of ${formatBytes(memTotal)}, ${words.join("; ")}.`;
}

function share(bytes: Bytes, memTotal: Bytes): string {
  return `${formatBytes(bytes)} (${formatPercent(bytes, memTotal)})`;
}

function remainderWords(unaccounted: Bytes, memTotal: Bytes): string {
  if (unaccounted < 0) return `the counters overlap by ${formatBytes(-unaccounted)}`;
  return `no counter shows ${share(unaccounted, memTotal)}`;
}
