import type { Metadata, Route } from "next";
import Link from "next/link";
import { found } from "@/app/found";
import { snapshotPath } from "@/components/raw-href";
import { StatusBadge } from "@/components/status-badge";
import { SnapshotTable } from "@/components/tables/snapshot-table";
import { buttonClass } from "@/components/ui/button";
import { Section } from "@/components/ui/section";
import { UnbrokenSizes } from "@/components/unbroken-sizes";
import { api } from "@/server/api/caller";
import { formatCount } from "@/server/core/format-bytes";
import { RemoveUpload } from "./remove-upload";

interface NodePageProps {
  readonly params: Promise<{ readonly node: string }>;
}

export async function generateMetadata({ params }: NodePageProps): Promise<Metadata> {
  return { title: decodeURIComponent((await params).node) };
}

export default async function NodePage({ params }: NodePageProps) {
  const name = decodeURIComponent((await params).node);
  const caller = await api();
  const { node, hostname, snapshots } = await found(caller.nodes.get({ node: name }));
  const newest = snapshots[0];
  return (
    <div className="mx-auto max-w-page space-y-8 px-4 pt-5 pb-20 sm:px-6">
      <h1 className="line-clamp-2 font-semibold text-20" title={hostname ?? node}>
        {hostname ?? node}
      </h1>
      {newest ? (
        <div>
          <StatusBadge status={newest.status} />
          <h2 className="mt-2 font-semibold text-28">
            <UnbrokenSizes text={newest.headline} />
          </h2>
          <p className="mt-4">
            <Link href={snapshotPath(node, newest.id) as Route} className={buttonClass("primary")}>
              Open the newest snapshot
            </Link>
          </p>
        </div>
      ) : null}
      <Section
        id="snapshots"
        title="Snapshots"
        note={`${formatCount(snapshots.length)} kept, newest first.`}
      >
        <SnapshotTable
          node={node}
          snapshots={snapshots}
          now={Date.now()}
          renderAction={(upload) => (
            <RemoveUpload id={upload.id} label={`Remove ${upload.fileName}`} look="link" />
          )}
        />
      </Section>
    </div>
  );
}
