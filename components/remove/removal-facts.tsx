import { formatBytes, formatCount } from "@/server/core/format-bytes";
import { formatInstant } from "../format-time";
import type { RemovalPreview } from "./remove-types";

interface RemovalFactsProps {
  readonly preview: RemovalPreview | "loading" | "failed";
}

/** What goes when the upload goes. */
export function RemovalFacts({ preview }: RemovalFactsProps) {
  if (typeof preview === "string")
    return (
      <p role="status" className="text-13 text-muted">
        {preview === "loading"
          ? "Reading what it holds…"
          : "What it holds could not be read; it may be gone already."}
      </p>
    );
  return (
    <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-13">
      <dt className="text-muted">File</dt>
      <dd className="break-all font-mono text-12 leading-5">{preview.fileName}</dd>
      <dt className="text-muted">Taken</dt>
      <dd>{takenOf(preview)}</dd>
      <dt className="text-muted">Snapshots</dt>
      <dd>{formatCount(preview.snapshots)}</dd>
      <dt className="text-muted">Original file</dt>
      <dd>
        {preview.archiveBytes === undefined
          ? "not kept any more"
          : formatBytes(preview.archiveBytes)}
      </dd>
      <dt className="text-muted">Shared links</dt>
      <dd>{preview.openLinks === 0 ? "none open" : `${formatCount(preview.openLinks)} open`}</dd>
    </dl>
  );
}

function takenOf({ takenAt, receivedAt }: RemovalPreview): string {
  const [first, last] = [takenAt[0], takenAt.at(-1)];
  if (first === undefined || last === undefined)
    return `time not known, received ${formatInstant(receivedAt)}`;
  return first === last ? formatInstant(first) : `${formatInstant(first)} – ${formatInstant(last)}`;
}
