import { formatBytes } from "@/server/core/format-bytes";

export interface UploadLimits {
  readonly maxBytes: number;
  readonly formats: readonly string[];
  readonly retention: string;
}

/** What one should know before sending: what is taken, how long it stays, who can see it. */
export function UploadTerms({ limits }: { readonly limits: UploadLimits }) {
  return (
    <dl className="grid gap-x-6 gap-y-1 text-13 text-muted sm:grid-cols-[6rem_minmax(0,1fr)] sm:gap-y-3">
      <dt className="text-ink">Taken</dt>
      <dd className="mb-2 max-w-prose sm:mb-0">
        Up to <span className="whitespace-nowrap">{formatBytes(limits.maxBytes)}</span> each:{" "}
        {limits.formats.join(", ")}
      </dd>
      <dt className="text-ink">Kept</dt>
      <dd className="mb-2 max-w-prose sm:mb-0">{limits.retention}</dd>
      <dt className="text-ink">Seen by</dt>
      <dd className="mb-2 max-w-prose sm:mb-0">
        Everybody who can open this server, with host names, addresses and command lines as they
        stand in the files. Links that you share are redacted.
      </dd>
    </dl>
  );
}
