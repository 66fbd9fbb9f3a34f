import type { Route } from "next";
import type { ReactNode } from "react";
import { NodeHeader } from "@/components/node-header";
import { SnapshotSteps } from "@/components/snapshot-steps";
import { TabLinks } from "@/components/ui/tabs";
import { RemoveUpload } from "../remove-upload";
import { ShareButton } from "./share-button";
import { readAddress, type SnapshotPageProps } from "./snapshot-page";
import { getSnapshotReport } from "./snapshot-report";

const TABS = [
  ["", "Overview"],
  ["/allocpage", "Allocpage"],
  ["/slab", "Slab"],
  ["/sockets", "Sockets"],
  ["/raw", "Raw files"],
] as const;

interface SnapshotLayoutProps extends Pick<SnapshotPageProps, "params"> {
  readonly children: ReactNode;
}

export default async function SnapshotLayout({ params, children }: SnapshotLayoutProps) {
  const { node, id, base } = await readAddress(params);
  const { report, previousId, nextId } = await getSnapshotReport(id);
  return (
    <div className="mx-auto max-w-page px-4 pt-5 pb-20 sm:px-6">
      <NodeHeader
        name={report.node.hostname ?? node}
        facts={report.node}
        href={`/nodes/${encodeURIComponent(node)}` as Route}
        actions={
          <div className="flex flex-wrap items-center gap-2 sm:shrink-0 sm:flex-nowrap">
            <SnapshotSteps node={node} previousId={previousId} nextId={nextId} />
            <ShareButton id={id} />
            <RemoveUpload id={id} label="Remove the upload of this snapshot" look="button" />
          </div>
        }
      />
      <div className="mt-3 mb-5">
        <TabLinks
          label="Parts of the snapshot"
          tabs={TABS.map(([path, label]) => ({ href: `${base}${path}` as Route, label }))}
        />
      </div>
      {children}
    </div>
  );
}
