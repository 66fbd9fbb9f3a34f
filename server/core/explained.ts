import { bucketBytes } from "./accounting/buckets";
import { formatByteRange, formatBytes } from "./format-bytes";
import type { BucketId, ByteRange, SnapshotReport } from "./report";
import type { Bytes } from "./units";

/** How far the findings explain one bucket. */
export interface ExplainedBucket {
  readonly bucket: BucketId;
  readonly total: Bytes;
  readonly explained: ByteRange;
  readonly unexplained: ByteRange;
}

/** The buckets that findings speak of, largest rest first; none without a ledger. */
export function explainedBuckets({
  composition,
  unexplained = [],
}: Pick<SnapshotReport, "composition" | "unexplained">): readonly ExplainedBucket[] {
  return unexplained
    .flatMap(({ bucket, bytes }) => {
      const total = composition ? bucketBytes(composition, bucket) : 0;
      if (total <= 0) return [];
      const explained = { lower: total - bytes.upper, upper: total - bytes.lower };
      return [{ bucket, total, explained, unexplained: bytes }];
    })
    .sort((a, b) => b.unexplained.upper - a.unexplained.upper || b.total - a.total);
}

/** "2.10 GiB of 2.60 GiB explained, 512 MiB stay unexplained". */
export function describeExplained({ total, explained, unexplained }: ExplainedBucket): string {
  if (unexplained.upper <= 0) return `all of ${formatBytes(total)} explained`;
  if (explained.upper <= 0) return `none of ${formatBytes(total)} explained`;
  return `${formatByteRange(explained)} of ${formatBytes(total)} explained, ${formatByteRange(unexplained)} stay unexplained`;
}
