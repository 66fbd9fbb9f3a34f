import Link from "next/link";
import { Suspense } from "react";
import { ApiProvider } from "@/app/api-provider";
import { agentInstallLine } from "@/components/agent-install-line";
import { FirstRun } from "@/components/first-run";
import { NodeTable } from "@/components/tables/node-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Notices } from "@/components/ui/notices";
import { Pager } from "@/components/ui/pager";
import { SearchBox } from "@/components/ui/search-box";
import { SkeletonRows } from "@/components/ui/skeleton";
import { hrefWith, type QueryParams, readText } from "@/components/url-state";
import { api } from "@/server/api/caller";
import { formatCount } from "@/server/core/format-bytes";
import { DropToUpload } from "./drop-to-upload";
import { ExampleButton } from "./example-button";
import { ownOrigin } from "./own-origin";

const PER_PAGE = 50;

interface NodesPageProps {
  readonly searchParams: Promise<QueryParams>;
}

export default async function NodesPage({ searchParams }: NodesPageProps) {
  const params = await searchParams;
  // Before the first byte is sent, so that a reader who must sign in is redirected by a header.
  const caller = await api();
  return (
    <div className="mx-auto max-w-page px-4 pb-16 sm:px-6">
      <DropToUpload />
      <Suspense fallback={<NodesSkeleton />}>
        <Nodes caller={caller} params={params} />
      </Suspense>
    </div>
  );
}

interface NodesProps {
  readonly caller: Awaited<ReturnType<typeof api>>;
  readonly params: QueryParams;
}

async function Nodes({ caller, params }: NodesProps) {
  const search = readText(params, "search");
  const page = await listNodes(caller, search, readText(params, "cursor"));
  const { nodes, total, notice } = page;
  if (total === 0 && search === undefined) return <FirstRunHere />;
  const reset = { search: undefined, cursor: undefined };
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-4 pt-8 pb-6">
        <h1 className="font-semibold text-28">{titleOf(total, search)}</h1>
        <SearchBox
          pathname="/"
          params={params}
          name="search"
          value={search ?? ""}
          label="Search name, kernel or verdict"
          resets={["cursor"]}
        />
      </div>
      <Notices notices={notice === undefined ? [] : [notice]} />
      {nodes.length === 0 ? (
        <EmptyState title={`No node matches “${search ?? ""}”`}>
          <Link href={hrefWith("/", params, reset)} className="link">
            Clear the search
          </Link>
        </EmptyState>
      ) : (
        <NodeTable nodes={nodes} now={Date.now()} />
      )}
      <NodesPager page={page} params={params} />
    </>
  );
}

interface NodesPagerProps {
  readonly page: Awaited<ReturnType<typeof listNodes>>;
  readonly params: QueryParams;
}

/** A cursor leads onward only: the way back is to the start. */
function NodesPager({ page: { nodes, total, nextCursor }, params }: NodesPagerProps) {
  const isFirst = readText(params, "cursor") === undefined;
  if (isFirst && nextCursor === undefined) return null;
  return (
    <Pager
      label="Pages of nodes"
      range={`${formatCount(nodes.length)} of ${formatCount(total)} nodes`}
      previous={isFirst ? undefined : hrefWith("/", params, { cursor: undefined })}
      previousLabel="Back to the first"
      next={nextCursor ? hrefWith("/", params, { cursor: nextCursor }) : undefined}
    />
  );
}

/** A cursor that leads nowhere (edited, or the list has become shorter) means the first page. */
async function listNodes(
  caller: NodesProps["caller"],
  search: string | undefined,
  cursor: string | undefined,
) {
  const query = { limit: PER_PAGE, ...(search === undefined ? {} : { search }) };
  if (cursor !== undefined && /^\d{1,9}$/.test(cursor)) {
    const page = await caller.nodes.list({ ...query, cursor });
    if (page.nodes.length > 0) return { ...page, notice: undefined };
  }
  const first = await caller.nodes.list(query);
  if (cursor === undefined || first.nodes.length === 0) return { ...first, notice: undefined };
  return { ...first, notice: "That page of the list does not exist; showing the first." };
}

function titleOf(total: number, search: string | undefined): string {
  const nodes = `${formatCount(total)} ${total === 1 ? "node" : "nodes"}`;
  if (search === undefined) return nodes;
  return `${nodes} matching “${search.length > 40 ? `${search.slice(0, 39)}…` : search}”`;
}

async function FirstRunHere() {
  const [{ hasSecret }, origin] = await Promise.all([(await api()).session.rules(), ownOrigin()]);
  return (
    <FirstRun
      collectCommand={collectCommand(origin)}
      agentLine={agentInstallLine({ origin, hasSecret })}
      example={
        <ApiProvider>
          <ExampleButton />
        </ApiProvider>
      }
    />
  );
}

function collectCommand(server = "http://HOST"): string {
  return `curl -fsSL ${server}/memledger.sh |\n  sudo sh -s -- --upload ${server}`;
}

function NodesSkeleton() {
  return (
    <div className="pt-24">
      <SkeletonRows rows={8} label="Reading the nodes" />
    </div>
  );
}
