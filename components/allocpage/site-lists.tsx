import Link from "next/link";
import type { SiteComparison } from "@/server/core/accounting/site-diff";
import { formatCount } from "@/server/core/format-bytes";
import type { Bytes } from "@/server/core/units";
import { ChoiceLinks } from "../ui/choice-links";
import { EmptyState } from "../ui/empty-state";
import { Notices } from "../ui/notices";
import { hrefWith, noticesOf, type QueryParams, readChoice, readText } from "../url-state";
import {
  type ListedRow,
  SITE_GROUPS,
  SITE_SORTS,
  type SiteSort,
  sortSites,
  sumSites,
} from "./site-selection";
import { SiteSumTable } from "./site-sum-table";
import { SiteTable } from "./site-table";

interface SiteListsProps {
  /** The rows that bucket and search let through. */
  readonly rows: readonly ListedRow[];
  readonly whole: Bytes;
  readonly comparison: SiteComparison | undefined;
  readonly params: QueryParams;
  readonly pathname: string;
  readonly base: string;
}

const FIRST_ROWS = 20;
const GROUP_LABEL = { sites: "Sites", modules: "Modules", subsystems: "Subsystems" } as const;

/** The rows behind the picture: one by one, or added up by module or subsystem. */
export function SiteLists(props: SiteListsProps) {
  const { rows, whole, params, pathname } = props;
  const group = readChoice(params, "group", SITE_GROUPS);
  return (
    <div className="mt-6">
      <Notices notices={noticesOf([group])} />
      <div className="mb-2">
        <ChoiceLinks
          label="Rows"
          choices={SITE_GROUPS.map((value) => ({
            label: GROUP_LABEL[value],
            href: hrefWith(pathname, params, { group: value === "sites" ? undefined : value }),
            isCurrent: value === group.value,
          }))}
        />
      </div>
      {rows.length === 0 ? (
        <EmptyState title="No site matches">
          <Link href={hrefWith(pathname, params, { search: undefined })} className="link">
            Clear the search
          </Link>
        </EmptyState>
      ) : group.value === "sites" ? (
        <Sites {...props} />
      ) : (
        <SiteSumTable
          sums={sumSites(rows, group.value)}
          heading={group.value === "modules" ? "Module" : "Subsystem"}
          whole={whole}
        />
      )}
    </div>
  );
}

function Sites({ rows, whole, comparison, params, pathname, base }: SiteListsProps) {
  const isComparison = comparison !== undefined;
  const byDefault: SiteSort = isComparison ? "change" : "bytes";
  const sorts = [byDefault, ...SITE_SORTS.filter((sort) => sort !== byDefault)] as const;
  const sort = readChoice(params, "sort", sorts as [SiteSort, ...SiteSort[]]);
  const sorted = sortSites(rows, sort.value);
  const isWhole = readText(params, "rows") === "all";
  const shown = isWhole ? sorted : sorted.slice(0, FIRST_ROWS);
  const more = sorted.length - shown.length;
  return (
    <>
      <Notices notices={noticesOf([sort])} />
      <SiteTable
        rows={shown}
        sort={sort.value}
        hrefOf={(column) =>
          hrefWith(pathname, params, { sort: column === byDefault ? undefined : column })
        }
        whole={whole}
        isComparison={isComparison}
        unlistedUpTo={comparison?.unlistedUpTo ?? 0}
        base={base}
      />
      {more > 0 ? (
        <p className="mt-3 text-13">
          <Link href={hrefWith(pathname, params, { rows: "all" })} scroll={false} className="link">
            Show {formatCount(more)} more sites
          </Link>
        </p>
      ) : null}
    </>
  );
}
