import { formatBytesDifference } from "@/server/core/format-bytes";
import type { Bytes } from "@/server/core/units";

/** Change since an earlier look; a dash where there was none, which is not the same as no change. */
export function Growth({ bytes }: { readonly bytes: Bytes | undefined }) {
  if (bytes === undefined)
    return (
      <span className="text-faint" title="There was no earlier look to compare with">
        —
      </span>
    );
  const look = bytes > 0 ? "text-ink" : "text-muted";
  return <span className={`whitespace-nowrap ${look}`}>{formatBytesDifference(bytes)}</span>;
}
