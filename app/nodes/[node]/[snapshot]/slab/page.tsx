import type { Metadata } from "next";
import Link from "next/link";
import { found } from "@/app/found";
import { SlabCacheTable } from "@/components/tables/slab-cache-table";
import { RECLAIM_FILTERS, SLAB_SORTS, selectSlabs } from "@/components/tables/slab-selection";
import { SlabSum } from "@/components/tables/slab-sum";
import { ChoiceLinks } from "@/components/ui/choice-links";
import { EmptyState } from "@/components/ui/empty-state";
import { Notices } from "@/components/ui/notices";
import { PageSections } from "@/components/ui/page-sections";
import { SearchBox } from "@/components/ui/search-box";
import { Section } from "@/components/ui/section";
import { UnbrokenSizes } from "@/components/unbroken-sizes";
import {
  hrefWith,
  noticesOf,
  type QueryParams,
  readChoice,
  readText,
} from "@/components/url-state";
import { api } from "@/server/api/caller";
import type { SlabView } from "@/server/core/accounting/slab";
import { formatBytes, formatCount } from "@/server/core/format-bytes";
import { readAddress, type SnapshotPageProps } from "../snapshot-page";

export const metadata: Metadata = { title: "Slab caches" };

const FIRST_ROWS = 100;

export default async function SlabPage({ params, searchParams }: SnapshotPageProps) {
  const { id, base } = await readAddress(params);
  const caller = await api();
  const view = await found(caller.snapshots.slab({ id }));
  if (view === null) return <NoSlab />;
  return (
    <PageSections>
      <Section
        id="sum"
        title="Slab"
        note="What /proc/meminfo counts, and what the caches below add up to."
      >
        <SlabSum view={view} base={base} />
        <p className="mt-3 max-w-prose text-13 text-muted">{explainDifference(view)}</p>
      </Section>
      <Section
        id="caches"
        title="Slab caches"
        note="A cache holds objects of one size. Fill is the share of its objects in use: a large, empty cache is fragmented."
      >
        <Caches view={view} base={base} query={await searchParams} />
      </Section>
    </PageSections>
  );
}

interface CachesProps {
  readonly view: SlabView;
  readonly base: string;
  readonly query: QueryParams;
}

function Caches({ view, base, query }: CachesProps) {
  const pathname = `${base}/slab`;
  const search = readText(query, "search");
  const sort = readChoice(query, "sort", SLAB_SORTS);
  const reclaim = readChoice(query, "reclaim", RECLAIM_FILTERS);
  const chosen = selectSlabs(view.rows, { search, sort: sort.value, reclaim: reclaim.value });
  const isWhole = readText(query, "rows") === "all";
  const shown = isWhole ? chosen.rows : chosen.rows.slice(0, FIRST_ROWS);
  const more = chosen.rows.length - shown.length;
  const clear = hrefWith(pathname, query, { search: undefined, reclaim: undefined });
  return (
    <>
      <Notices notices={noticesOf([sort, reclaim])} />
      <div className="mb-4 flex flex-wrap items-center gap-4">
        <SearchBox
          pathname={pathname}
          params={query}
          name="search"
          value={search ?? ""}
          label="Search caches"
        />
        <ChoiceLinks
          label="Reclaimable or not"
          choices={RECLAIM_FILTERS.map((value) => ({
            label: value,
            href: hrefWith(pathname, query, { reclaim: value === "all" ? undefined : value }),
            isCurrent: value === reclaim.value,
          }))}
        />
        <p role="status" className="ml-auto text-13 text-muted">
          <UnbrokenSizes
            text={`${formatCount(chosen.rows.length)} of ${formatCount(view.rows.length)} caches, ${formatBytes(chosen.bytes)}`}
          />
        </p>
      </div>
      {chosen.rows.length > 0 ? (
        <SlabCacheTable
          rows={shown}
          sort={sort.value}
          hrefOf={(column) =>
            hrefWith(pathname, query, { sort: column === "bytes" ? undefined : column })
          }
          whole={view.slab?.value ?? view.sumOfCaches}
          base={base}
        />
      ) : (
        <EmptyState title="No cache matches">
          <Link href={clear} className="link">
            Clear search and filter
          </Link>
        </EmptyState>
      )}
      {more > 0 ? (
        <p className="mt-3 text-13">
          <Link href={hrefWith(pathname, query, { rows: "all" })} scroll={false} className="link">
            Show {formatCount(more)} more caches
          </Link>
        </p>
      ) : null}
    </>
  );
}

function explainDifference(view: SlabView): string {
  if (!view.isComplete)
    return "Only the head of slabtop was given: caches further down are missing here, so the sum is too small.";
  if (view.largeKmalloc)
    return "The difference is in no cache: kmalloc of more than two pages takes whole pages and is counted in Slab only (kernel 5.4 and later).";
  return "";
}

function NoSlab() {
  return (
    <EmptyState title="This snapshot has no slab caches">
      <code className="font-mono">/proc/slabinfo</code> would supply them; it is readable by root
      only. The output of <code className="font-mono">slabtop -o</code> works too.
    </EmptyState>
  );
}
