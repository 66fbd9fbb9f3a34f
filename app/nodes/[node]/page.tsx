import type { Metadata, Route } from "next";
import { cookies } from "next/headers";
import Link from "next/link";
import { found } from "@/app/found";
import { ownOrigin } from "@/app/own-origin";
import { AgentHint } from "@/components/node/agent-hint";
import { NodeFactsLine } from "@/components/node/node-facts";
import { NodeHeadline } from "@/components/node/node-headline";
import { snapshotPath } from "@/components/raw-href";
import { SnapshotTable } from "@/components/tables/snapshot-table";
import { readZoneChoice } from "@/components/time/range-url";
import { buttonClass } from "@/components/ui/button";
import { Section } from "@/components/ui/section";
import type { QueryParams } from "@/components/url-state";
import type { ApiOutputs } from "@/server/api/api-outputs";
import { api } from "@/server/api/caller";
import { formatCount } from "@/server/core/format-bytes";
import { decodeSegment } from "./[snapshot]/snapshot-page";
import { NodeOverTime } from "./over-time/node-over-time";
import { readInitialData } from "./over-time/read-initial-data";
import { RemoveUpload } from "./remove-upload";

interface NodePageProps {
  readonly params: Promise<{ readonly node: string }>;
  readonly searchParams: Promise<QueryParams>;
}

type NodeAnswer = ApiOutputs["nodes"]["get"];

export async function generateMetadata({ params }: NodePageProps): Promise<Metadata> {
  return { title: decodeSegment((await params).node) };
}

export default async function NodePage({ params, searchParams }: NodePageProps) {
  const name = decodeSegment((await params).node);
  const caller = await api();
  const [query, jar] = await Promise.all([searchParams, cookies()]);
  const knownZone = jar.get("zone")?.value;
  const zone = readZoneChoice(query, knownZone).value;
  const [answer, standing] = await Promise.all([
    found(caller.nodes.get({ node: name })),
    found(caller.nodes.verdict({ node: name, zone })),
  ]);
  const { node, hostname, snapshots } = answer;
  const newest = snapshots[0];
  const initial = standing.latest
    ? await readInitialData({ caller, node, standing, zone, params: query })
    : undefined;
  // An agent may go by a name of its own: it tells nodes apart whose host names are the same.
  const title = initial ? node : (hostname ?? node);
  return (
    <div className="mx-auto max-w-page space-y-8 px-4 pt-5 pb-20 sm:px-6">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 sm:flex-nowrap">
        <div className="min-w-0">
          <h1 className="line-clamp-2 font-semibold text-20" title={title}>
            {title}
          </h1>
          <NodeFactsLine standing={standing} />
        </div>
        {newest ? (
          <Link
            href={snapshotPath(node, newest.id) as Route}
            className={`${buttonClass(initial ? "plain" : "primary")} shrink-0`}
          >
            Open the newest snapshot
          </Link>
        ) : null}
      </div>
      {initial ? (
        <NodeOverTime
          node={node}
          pathname={`/nodes/${encodeURIComponent(node)}`}
          knownZone={knownZone}
          newest={newest}
          initial={initial}
        />
      ) : newest ? (
        <NodeHeadline
          status={newest.status}
          headline={newest.headline}
          details={[]}
          isStale={false}
        />
      ) : null}
      <Snapshots answer={answer} />
      {initial ? null : (
        <AgentHint
          origin={await ownOrigin()}
          hasSecret={(await caller.session.rules()).hasSecret}
        />
      )}
    </div>
  );
}

function Snapshots({ answer: { node, snapshots } }: { readonly answer: NodeAnswer }) {
  if (snapshots.length === 0)
    return (
      <Section id="snapshots" title="Snapshots">
        <p className="text-13 text-muted">
          There is none of this node yet. A full snapshot names who holds what: request one above,
          or run the collector on the node.
        </p>
      </Section>
    );
  return (
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
  );
}
