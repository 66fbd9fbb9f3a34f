import type { Metadata } from "next";
import Link from "next/link";
import { found } from "@/app/found";
import { SocketBound } from "@/components/socket-bound";
import { SocketHolderTable } from "@/components/tables/socket-holder-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageSections } from "@/components/ui/page-sections";
import { Section } from "@/components/ui/section";
import { hrefWith, type QueryParams, readText } from "@/components/url-state";
import { api } from "@/server/api/caller";
import type { SocketView } from "@/server/core/accounting/socket-view";
import { formatCount } from "@/server/core/format-bytes";
import { readAddress, type SnapshotPageProps } from "../snapshot-page";
import { SocketRows } from "./socket-rows";

export const metadata: Metadata = { title: "Sockets" };

const FIRST_HOLDERS = 20;

export default async function SocketsPage({ params, searchParams }: SnapshotPageProps) {
  const { id, base } = await readAddress(params);
  const query = await searchParams;
  const caller = await api();
  const [{ report }, view, allocpage] = await Promise.all([
    found(caller.snapshots.report({ id })),
    found(caller.snapshots.sockets({ id })),
    found(caller.snapshots.allocpage({ id })),
  ]);
  if (view === null) return <NoSockets />;
  const unexplained = allocpage?.unexplained;
  return (
    <PageSections>
      <Section
        id="holders"
        title="Who holds it"
        note="Retains: at least what is charged to the queues, at most what their unread slices can pin in page blocks. Reading or closing the socket is the only release."
      >
        <Holders view={view} unexplained={unexplained} base={base} query={query} />
        <Caveats caveats={view.caveats} />
      </Section>
      <Section
        id="bound"
        title="How a few megabytes can keep gigabytes"
        note="An skb holds a head and up to 17 fragments. A fragment of ten bytes keeps its whole block of pages until it is read, while the protocol counts only the bytes."
      >
        <SocketBound
          view={view}
          pageSize={report.node.pageSize}
          unexplained={unexplained}
          base={base}
        />
      </Section>
      <Section
        id="sockets"
        title="Sockets by what they retain"
        note={`Those with something in a queue: ${formatCount(view.sockets.length)} of ${formatCount(view.counts.total)} sockets.`}
      >
        <SocketRows view={view} base={base} query={query} />
      </Section>
    </PageSections>
  );
}

interface HoldersProps {
  readonly view: SocketView;
  readonly unexplained: number | undefined;
  readonly base: string;
  readonly query: QueryParams;
}

function Holders({ view, unexplained, base, query }: HoldersProps) {
  const all = readText(query, "holders") === "all";
  const shown = all ? view.holders : view.holders.slice(0, FIRST_HOLDERS);
  const more = view.holders.length - shown.length;
  if (shown.length === 0)
    return <EmptyState title="No process is known to hold unread data in a socket" />;
  return (
    <>
      <SocketHolderTable holders={shown} unexplained={unexplained} base={base} />
      {more > 0 ? (
        <p className="mt-3 text-13">
          <Link
            href={hrefWith(`${base}/sockets`, query, { holders: "all" })}
            scroll={false}
            className="link"
          >
            Show {formatCount(more)} more processes
          </Link>
        </p>
      ) : null}
    </>
  );
}

function Caveats({ caveats }: Pick<SocketView, "caveats">) {
  if (caveats.length === 0) return null;
  return (
    <div className="mt-4 max-w-prose text-13 text-muted">
      <h3 className="font-medium text-ink">What could not be seen</h3>
      <ul className="mt-1 list-disc space-y-1 pl-4">
        {caveats.map((caveat) => (
          <li key={caveat}>{caveat}</li>
        ))}
      </ul>
    </div>
  );
}

function NoSockets() {
  return (
    <EmptyState title="This snapshot has no sockets">
      The output of <code className="font-mono">ss -tuaxnmpi</code>, or{" "}
      <code className="font-mono">/proc/net/tcp</code> and its neighbours, would supply them.
    </EmptyState>
  );
}
