import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import type { ApiOutputs } from "@/server/api/api-outputs";
import { formatPercent } from "@/server/core/format-bytes";
import { formatAge, formatInstant } from "../format-time";
import { snapshotPath } from "../raw-href";
import { Size } from "../size";
import { StatusBadge } from "../status-badge";
import { ScrollArea } from "../ui/scroll-area";
import { UnbrokenSizes } from "../unbroken-sizes";

type SnapshotRow = ApiOutputs["nodes"]["get"]["snapshots"][number];

interface SnapshotTableProps {
  readonly node: string;
  /** Newest first. */
  readonly snapshots: readonly SnapshotRow[];
  /** Epoch milliseconds, for ages. */
  readonly now: number;
  /** What can be done with an upload: stands once, at the newest of its snapshots. */
  readonly renderAction: (snapshot: SnapshotRow) => ReactNode;
}

/** The moments of one node that are kept, each with its verdict. */
export function SnapshotTable({ node, snapshots, now, renderAction }: SnapshotTableProps) {
  const newest = newestOfUploads(snapshots);
  return (
    <ScrollArea label="Snapshots, table">
      <table className="w-full min-w-3xl table-fixed text-13">
        <thead className="text-left text-12 text-muted">
          <tr className="border-b">
            <th className="w-52 py-1.5 pr-4 font-normal">Taken</th>
            <th className="w-40 py-1.5 pr-4 font-normal">Verdict</th>
            <th className="py-1.5 pr-6 font-normal">In one sentence</th>
            <th className="w-36 py-1.5 pr-6 text-right font-normal">Unaccounted</th>
            <th className="w-36 py-1.5 font-normal">From</th>
          </tr>
        </thead>
        <tbody className="align-top">
          {snapshots.map((snapshot) => (
            <SnapshotLine
              key={snapshot.id}
              node={node}
              snapshot={snapshot}
              now={now}
              action={newest.has(snapshot.id) ? renderAction(snapshot) : null}
            />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

interface SnapshotLineProps {
  readonly node: string;
  readonly snapshot: SnapshotRow;
  readonly now: number;
  readonly action: ReactNode;
}

/** Ids of the first row of each upload; all ids of one upload begin alike (see snapshot-id.ts). */
function newestOfUploads(snapshots: readonly SnapshotRow[]): ReadonlySet<string> {
  const first = new Map<string, string>();
  for (const { id } of snapshots) {
    const upload = id.slice(0, id.lastIndexOf("-"));
    if (!first.has(upload)) first.set(upload, id);
  }
  return new Set(first.values());
}

function SnapshotLine({ node, snapshot, now, action }: SnapshotLineProps) {
  const { id, takenAt, receivedAt, status, headline, kind, fileName } = snapshot;
  return (
    <tr className="border-b hover:bg-sunken">
      <th scope="row" className="py-2 pr-4 text-left font-normal">
        <Link href={snapshotPath(node, id) as Route} className="link" prefetch={false}>
          {takenAt ? formatInstant(takenAt) : "time not known"}
        </Link>
        <span className="block text-12 text-faint" title={formatInstant(receivedAt)}>
          received {formatAge(receivedAt, now)}
        </span>
      </th>
      <td className="py-2 pr-4">
        <StatusBadge status={status} />
      </td>
      <td className="py-2 pr-6">
        <span className="line-clamp-3" title={headline}>
          <UnbrokenSizes text={headline} />
        </span>
      </td>
      <td className="py-2 pr-6 text-right">
        <Unaccounted snapshot={snapshot} />
      </td>
      <td className="py-2 text-muted">
        {kind}
        <span className="block truncate text-12 text-faint" title={fileName}>
          {fileName}
        </span>
        {action}
      </td>
    </tr>
  );
}

function Unaccounted({ snapshot }: { readonly snapshot: SnapshotRow }) {
  const { unaccounted, memTotal } = snapshot;
  if (unaccounted === undefined) return <span title="nothing here gives MemTotal">—</span>;
  return (
    <>
      <Size bytes={unaccounted} />
      {memTotal === undefined ? null : (
        <span className="block whitespace-nowrap text-12 text-faint">
          {formatPercent(unaccounted, memTotal)} of MemTotal
        </span>
      )}
    </>
  );
}
