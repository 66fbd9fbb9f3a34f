import type { Metadata } from "next";
import { found } from "@/app/found";
import { ownOrigin } from "@/app/own-origin";
import { CensusTable } from "@/components/allocpage/census-table";
import { ExplainedBar } from "@/components/allocpage/explained-bar";
import { stepsToOwners } from "@/components/allocpage/owner-commands";
import { RangeBars } from "@/components/allocpage/range-bars";
import { SiteSection, type SitesAnswer } from "@/components/allocpage/site-section";
import { writeSubtraction } from "@/components/allocpage/subtraction";
import { SubtractionTable } from "@/components/allocpage/subtraction-table";
import { NextSteps } from "@/components/next-steps";
import { Size } from "@/components/size";
import { stepsFrom } from "@/components/steps-from";
import { CommandLine } from "@/components/ui/command-line";
import { EmptyState } from "@/components/ui/empty-state";
import { PageSections } from "@/components/ui/page-sections";
import { Section } from "@/components/ui/section";
import { type QueryParams, readText } from "@/components/url-state";
import { api } from "@/server/api/caller";
import type { AllocpageView } from "@/server/core/accounting/allocpage";
import { formatPercent } from "@/server/core/format-bytes";
import { readAddress, type SnapshotPageProps } from "../snapshot-page";

export const metadata: Metadata = { title: "allocpage" };

const SNAPSHOT_ID = /^[0-9a-f]{16}-\d{1,6}$/;

export default async function AllocpagePage({ params, searchParams }: SnapshotPageProps) {
  const [{ id, base }, query] = await Promise.all([readAddress(params), searchParams]);
  const asked = readText(query, "against");
  const against = asked !== undefined && SNAPSHOT_ID.test(asked) ? asked : undefined;
  const caller = await api();
  const [{ report }, view, sites] = await Promise.all([
    found(caller.snapshots.report({ id })),
    found(caller.snapshots.allocpage({ id })),
    found(caller.snapshots.sites({ id, against })),
  ]);
  const { pageSize } = report.node;
  const siteSection = <Sites answer={sites} params={query} base={base} />;
  if (view === null)
    return (
      <PageSections>
        <NoAllocpage />
        {siteSection}
      </PageSections>
    );
  return (
    <PageSections>
      <Section id="allocpage" title="Pages that no counter shows">
        <Meaning view={view} pageSize={pageSize} />
        {view.bytes > 0 ? <ExplainedBar view={view} /> : null}
      </Section>
      {siteSection}
      <Section
        id="subtraction"
        title="The subtraction"
        note="Every line is a number the kernel printed, or is computed from the ones named beside it."
      >
        <SubtractionTable lines={writeSubtraction(view)} plusMinus={view.plusMinus} base={base} />
      </Section>
      <Section
        id="inside"
        title="What is known to sit inside"
        note="Solid: at least. Hatched: at most. The line marks allocpage. The parts may overlap, so they are not added up."
      >
        {view.parts.length > 0 ? (
          <RangeBars parts={view.parts} whole={view.bytes} base={base} />
        ) : (
          <EmptyState title="Nothing in this snapshot bounds a part of it">
            Socket queues (ss with skmem), pipes, packet rings and /proc/allocinfo would.
          </EmptyState>
        )}
      </Section>
      {view.census?.length ? (
        <Section
          id="census"
          title="Census by order"
          note={
            view.order3Share === undefined
              ? "Compound pages without an owner, counted in /proc/kpageflags."
              : `Compound pages without an owner, counted in /proc/kpageflags. ${formatPercent(view.order3Share, 1)} of them are in blocks of order 3, the size that network fragments are cut from.`
          }
        >
          <CensusTable census={view.census} pageSize={pageSize} base={base} />
        </Section>
      ) : null}
      <Section
        id="more"
        title="How to find out more"
        note="Run on the node, then upload the output: it is read with the rest."
      >
        <NextSteps steps={stepsFrom(await ownOrigin(), stepsToOwners(report.nextSteps))} />
      </Section>
    </PageSections>
  );
}

interface SitesProps {
  readonly answer: SitesAnswer;
  readonly params: QueryParams;
  readonly base: string;
}

/** Who took the pages; where nothing of the kind was captured, what would tell. */
function Sites({ answer, params, base }: SitesProps) {
  return (
    <Section
      id="sites"
      title="Who took the pages"
      note="Lines of kernel code that allocated memory, from /proc/allocinfo, page_owner or a tracer."
    >
      {answer.views.length > 0 ? (
        <SiteSection answer={answer} params={params} pathname={`${base}/allocpage`} base={base} />
      ) : (
        <NoSites />
      )}
    </Section>
  );
}

function NoSites() {
  return (
    <EmptyState title="This snapshot does not say who allocated what">
      <p>
        On kernel 6.10 or later with allocation profiling, this names every line of code that holds
        memory. Upload it with the rest:
      </p>
      <div className="my-3">
        <CommandLine command="sudo cat /proc/allocinfo > allocinfo.txt" />
      </div>
      <p>
        Where the kernel has none,{" "}
        <a href="#more" className="link">
          other ways
        </a>{" "}
        are below.
      </p>
    </EmptyState>
  );
}

interface MeaningProps {
  readonly view: AllocpageView;
  readonly pageSize: number;
}

/** What the number is, in two sentences; below zero it says what that means instead. */
function Meaning({ view, pageSize }: MeaningProps) {
  const amount = (
    <>
      <strong className="font-semibold">
        <Size bytes={view.bytes} pageSize={pageSize} />
      </strong>{" "}
      (± <Size bytes={view.plusMinus} />)
    </>
  );
  if (view.bytes < 0)
    return (
      <p className="max-w-prose">
        {amount}: the counters add up to more than MemTotal. Some pages were counted twice, or the
        counters changed while they were read, so nothing can be said about pages that no counter
        shows.
      </p>
    );
  return (
    <p className="mb-6 max-w-prose">
      {amount} were taken straight from the kernel’s page allocator (
      <code className="font-mono text-13">alloc_pages</code>), mostly by drivers and the network
      stack, and no line of /proc/meminfo counts them. No kernel file lists them by owner, so the
      number is what is left when everything that is counted has been taken away from MemTotal.
    </p>
  );
}

function NoAllocpage() {
  return (
    <EmptyState title="This snapshot does not let allocpage be computed">
      It needs a whole /proc/meminfo: MemTotal and the counters that are taken away from it.
    </EmptyState>
  );
}
