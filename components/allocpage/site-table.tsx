import type { Route } from "next";
import {
  formatBytesDifference,
  formatCount,
  formatExactBytes,
  formatPercent,
} from "@/server/core/format-bytes";
import type { Bytes } from "@/server/core/units";
import { bucketStyle } from "../bucket-style";
import { BucketSwatch } from "../bucket-swatch";
import { callSiteParts } from "../call-site";
import { EvidenceLink } from "../evidence-link";
import { keyed } from "../keyed";
import { Size } from "../size";
import { ScrollArea } from "../ui/scroll-area";
import { SortHeader } from "../ui/sort-header";
import { callersOf, type ListedRow, type SiteSort } from "./site-selection";

interface SiteTableProps {
  readonly rows: readonly ListedRow[];
  readonly sort: SiteSort;
  readonly hrefOf: (sort: SiteSort) => Route;
  /** What shares are of. */
  readonly whole: Bytes;
  readonly isComparison: boolean;
  /** What a site may have held that the earlier table does not list. */
  readonly unlistedUpTo: Bytes;
  readonly base: string;
}

/** Call sites, one row each: who asked, on behalf of whom, how much is held, and what it was before. */
export function SiteTable(props: SiteTableProps) {
  const { rows, isComparison } = props;
  return (
    <ScrollArea label="Allocation sites, table">
      <table className="w-full table-fixed md:min-w-2xl border-y text-left text-13">
        <caption className="sr-only">Allocation sites</caption>
        <thead className="border-b text-12 text-muted">
          <tr>
            <Head {...props} column="site" align="left" width="">
              Site
            </Head>
            <Head {...props} column="bytes" width="w-24 md:w-28">
              {isComparison ? "Now" : "Size"}
            </Head>
            {isComparison ? (
              <>
                <th
                  scope="col"
                  className="hidden w-28 py-2 pr-4 text-right font-normal md:table-cell"
                >
                  Before
                </th>
                <Head {...props} column="change" width="w-22 md:w-28">
                  Change
                </Head>
              </>
            ) : null}
            <Head {...props} column="calls" width="w-28" isWideOnly>
              Allocations
            </Head>
            <Head {...props} column="module" align="left" width="w-48" isWideOnly>
              Module, subsystem
            </Head>
          </tr>
        </thead>
        <tbody className="divide-y align-top">
          {keyed(rows, ({ id }) => id).map(({ key, item }) => (
            <Row key={key} row={item} {...props} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

interface HeadProps extends Pick<SiteTableProps, "sort" | "hrefOf"> {
  readonly column: SiteSort;
  readonly align?: "left" | "right";
  readonly width: string;
  /** Left out on a narrow screen. */
  readonly isWideOnly?: boolean;
  readonly children: string;
}

function Head(props: HeadProps) {
  const { sort, hrefOf, column, align = "right", width, isWideOnly = false, children } = props;
  const direction = column === "site" || column === "module" ? "ascending" : "descending";
  return (
    <SortHeader
      href={hrefOf(column)}
      align={align}
      width={width}
      isWideOnly={isWideOnly}
      sorted={sort === column ? direction : undefined}
    >
      {children}
    </SortHeader>
  );
}

interface RowProps extends Omit<SiteTableProps, "rows"> {
  readonly row: ListedRow;
}

function Row({ row, whole, isComparison, unlistedUpTo, base }: RowProps) {
  const callers = callersOf(row);
  const { name, place } = callSiteParts(row.site);
  return (
    <tr className="hover:bg-sunken">
      <th scope="row" className="py-2 pr-4 font-normal md:pr-6">
        <span className="line-clamp-2 font-medium font-mono text-12" title={row.site}>
          {name}
        </span>
        {place ? (
          <span className="mt-0.5 line-clamp-2 font-mono text-12 text-muted">{place}</span>
        ) : null}
        {callers.length > 0 ? (
          <span
            className="mt-0.5 line-clamp-2 font-mono text-12 text-muted"
            title={callers.join("\n")}
          >
            ← {callers.join(" ← ")}
          </span>
        ) : null}
      </th>
      <td className="py-2 pr-4 text-right">
        <EvidenceLink base={base} evidence={row.evidence}>
          <Size bytes={row.bytes} />
        </EvidenceLink>
        <p className="whitespace-nowrap text-12 text-muted">{formatPercent(row.bytes, whole)}</p>
      </td>
      {isComparison ? (
        <>
          <td className="hidden py-2 pr-4 text-right text-muted md:table-cell">
            <Before before={row.before} unlistedUpTo={unlistedUpTo} />
          </td>
          <td className="py-2 text-right md:pr-4">
            <Change bytes={row.change ?? 0} />
          </td>
        </>
      ) : null}
      <td className="hidden py-2 pr-4 text-right md:table-cell">
        {formatCount(row.calls)}
        {row.allocated ? (
          <p className="whitespace-nowrap text-12 text-muted">
            of {formatCount(row.allocated.calls)}
          </p>
        ) : null}
      </td>
      <td className="hidden py-2 md:table-cell">
        <span className="line-clamp-2 font-mono text-12" title={row.module}>
          {row.module ?? "built in"}
        </span>
        <span className="flex items-baseline gap-1.5 text-12 text-muted">
          {row.bucket === "unknown" ? null : (
            <span title={bucketStyle(row.bucket).label} className="translate-y-0.5">
              <BucketSwatch id={row.bucket} />
            </span>
          )}
          {row.subsystem}
        </span>
      </td>
    </tr>
  );
}

/** Not listed is not zero: the earlier table may end above it. */
function Before({
  before,
  unlistedUpTo,
}: {
  readonly before: Bytes | undefined;
  readonly unlistedUpTo: Bytes;
}) {
  if (before !== undefined) return <Size bytes={before} />;
  if (unlistedUpTo === 0) return "none";
  return (
    <span title="The earlier table lists its largest sites only.">
      below <Size bytes={unlistedUpTo} />
    </span>
  );
}

/** Growth in red, shrinkage in blue, both with their sign. */
export function Change({ bytes }: { readonly bytes: Bytes }) {
  const colour = bytes > 0 ? "text-leaking" : bytes < 0 ? "text-accent" : "text-muted";
  return (
    <span className={`whitespace-nowrap ${colour}`} title={formatExactBytes(bytes)}>
      {bytes === 0 ? "none" : formatBytesDifference(bytes)}
    </span>
  );
}
