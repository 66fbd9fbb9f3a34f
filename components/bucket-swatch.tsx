import type { BucketId } from "@/server/core/report";
import { bucketStyle } from "./bucket-style";

const FILL_CLASS = { solid: "", hatch: "hatch", outline: "free-swatch" } as const;

/** The little square beside a bucket's name: colour, hatch or outline. */
export function BucketSwatch({ id }: { readonly id: BucketId }) {
  const { colour, fill } = bucketStyle(id);
  return (
    <span
      aria-hidden
      className={`inline-block size-3 shrink-0 rounded-mark ${FILL_CLASS[fill]}`}
      style={fill === "solid" ? { background: colour } : undefined}
    />
  );
}
