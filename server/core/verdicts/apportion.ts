import type { BucketId, ByteRange, Unexplained } from "../report";
import type { Bytes } from "../units";

/** A finding as far as it claims bytes of a bucket. */
interface Claim {
  readonly bucket?: BucketId | undefined;
  readonly bytes: ByteRange;
}

/**
 * Gives every byte of a bucket to one finding at most. Findings come ranked; each takes what it claims
 * of what the ones before it left. Out: per finding the part that is its alone (none without a bucket
 * or without a ledger), and per claimed bucket what stays unexplained: at least when every finding holds
 * as much as it can, at most when each holds as little as it must.
 */
export function apportion(
  claims: readonly Claim[],
  bytesOf: (bucket: BucketId) => Bytes | undefined,
): {
  readonly explains: readonly (ByteRange | undefined)[];
  readonly unexplained: readonly Unexplained[];
} {
  const left = new Map<BucketId, ByteRange>();
  const explains = claims.map(({ bucket, bytes }) => {
    const total = bucket && bytesOf(bucket);
    if (!bucket || total === undefined) return undefined;
    const rest = left.get(bucket) ?? { lower: Math.max(0, total), upper: Math.max(0, total) };
    const upper = Math.min(bytes.upper, rest.upper);
    const part = { lower: Math.min(bytes.lower, rest.lower, upper), upper };
    left.set(bucket, { lower: Math.max(0, rest.lower - upper), upper: rest.upper - part.lower });
    return part;
  });
  return { explains, unexplained: [...left].map(([bucket, bytes]) => ({ bucket, bytes })) };
}
