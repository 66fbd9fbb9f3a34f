import Link from "next/link";
import { countStates, SOCKETS_PER_PAGE, selectSockets } from "@/components/tables/socket-selection";
import { SocketTable } from "@/components/tables/socket-table";
import { type ChoiceLink, ChoiceLinks } from "@/components/ui/choice-links";
import { EmptyState } from "@/components/ui/empty-state";
import { Notices } from "@/components/ui/notices";
import { Pager } from "@/components/ui/pager";
import { SearchBox } from "@/components/ui/search-box";
import {
  hrefWith,
  noticesOf,
  type QueryParams,
  readChoice,
  readPositive,
  readText,
} from "@/components/url-state";
import type { SocketView } from "@/server/core/accounting/socket-view";
import { formatCount } from "@/server/core/format-bytes";

interface SocketRowsProps {
  readonly view: SocketView;
  readonly base: string;
  readonly query: QueryParams;
}

const UNREAD = "unread";

/** The sockets a reader asked for in the URL: filters, one page of rows, links to the others. */
export function SocketRows({ view, base, query }: SocketRowsProps) {
  const pathname = `${base}/sockets`;
  const search = readText(query, "search");
  const page = readPositive(query, "page", 1);
  const counts = countStates(view.sockets);
  const states = counts.map(({ state }) => state);
  const show = readChoice(query, "show", ["all", UNREAD, ...states]);
  const chosen = selectSockets(view.sockets, {
    search,
    state: states.includes(show.value) ? show.value : undefined,
    isUnreadOnly: show.value === UNREAD,
    page: page.value,
  });
  const pageHref = (number: number) =>
    hrefWith(pathname, query, { page: number === 1 ? undefined : String(number) });
  const clear = { search: undefined, show: undefined, page: undefined };
  return (
    <>
      <Notices notices={noticesOf([page, show])} />
      <div className="mb-4 flex flex-wrap items-center gap-4">
        <SearchBox
          pathname={pathname}
          params={query}
          name="search"
          value={search ?? ""}
          label="Search process, address or pod"
          resets={["page"]}
        />
        <ChoiceLinks
          label="Socket state"
          choices={choicesOf(counts, (value) => ({
            href: hrefWith(pathname, query, { show: value, page: undefined }),
            isCurrent: (value ?? "all") === show.value,
          }))}
        />
      </div>
      {chosen.total > 0 ? (
        <SocketTable sockets={chosen.rows} base={base} />
      ) : (
        <EmptyState title="No socket matches">
          <Link href={hrefWith(pathname, query, clear)} scroll={false} className="link">
            Clear search and filter
          </Link>
        </EmptyState>
      )}
      <Pager
        label="Pages of sockets"
        range={rangeWords(chosen.page, chosen.rows.length, chosen.total)}
        previous={chosen.page > 1 ? pageHref(chosen.page - 1) : undefined}
        next={chosen.page < chosen.pages ? pageHref(chosen.page + 1) : undefined}
      />
    </>
  );
}

function choicesOf(
  counts: ReturnType<typeof countStates>,
  linkOf: (value: string | undefined) => Pick<ChoiceLink, "href" | "isCurrent">,
): ChoiceLink[] {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return [
    { label: `all ${formatCount(total)}`, ...linkOf(undefined) },
    { label: "unread since the previous look", ...linkOf(UNREAD) },
    ...counts.map(({ state, count }) => ({
      label: `${state} ${formatCount(count)}`,
      ...linkOf(state),
    })),
  ];
}

function rangeWords(page: number, shown: number, total: number): string {
  const from = (page - 1) * SOCKETS_PER_PAGE;
  if (shown === 0) return "0 sockets";
  return `${formatCount(from + 1)}–${formatCount(from + shown)} of ${formatCount(total)} sockets`;
}
