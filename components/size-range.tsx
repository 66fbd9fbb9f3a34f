import { formatByteRange, formatExactBytes } from "@/server/core/format-bytes";
import type { ByteRange } from "@/server/core/report";

/** Bounds in bytes: at least … at most …, the exact numbers in the title. */
export function SizeRange({ range }: { readonly range: ByteRange }) {
  const title = `at least ${formatExactBytes(range.lower)}, at most ${formatExactBytes(range.upper)}`;
  return (
    <span className="whitespace-nowrap" title={title}>
      {formatByteRange(range)}
    </span>
  );
}
