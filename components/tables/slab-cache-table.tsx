import type { Route } from "next";
import type { ReactNode } from "react";
import type { SlabRow } from "@/server/core/accounting/slab";
import { formatBytes, formatCount, formatPercent } from "@/server/core/format-bytes";
import type { Bytes } from "@/server/core/units";
import { EvidenceLink } from "../evidence-link";
import { Size } from "../size";
import { SortHeader } from "../ui/sort-header";
import { Growth } from "./growth";
import type { SlabSort } from "./slab-selection";

interface SlabCacheTableProps {
  readonly rows: readonly SlabRow[];
  readonly sort: SlabSort;
  /** The page sorted by another column. */
  readonly hrefOf: (sort: SlabSort) => Route;
  /** meminfo's Slab, else the sum of the caches: what shares are of. */
  readonly whole: Bytes;
  readonly base: string;
}

const ASCENDING: ReadonlySet<SlabSort> = new Set(["name", "fill"]);

/** Slab caches, one row each: what they take, how full they are, what they hold. */
export function SlabCacheTable(props: SlabCacheTableProps) {
  const { rows, whole, base } = props;
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-y md:min-w-208 text-left">
        <caption className="sr-only">Slab caches</caption>
        <thead className="border-b text-13 text-muted">
          <tr>
            <Head {...props} column="name" align="left">
              Cache
            </Head>
            <Head {...props} column="bytes">
              Size
            </Head>
            <Head {...props} column="growth">
              Since earlier look
            </Head>
            <Head {...props} column="objects" isWideOnly>
              Objects in use
            </Head>
            <Head {...props} column="objectSize" isWideOnly>
              Each
            </Head>
            <Head {...props} column="fill" align="left" isWideOnly>
              Fill
            </Head>
          </tr>
        </thead>
        <tbody className="divide-y">
          {rows.map((row) => (
            <Row key={row.name} row={row} whole={whole} base={base} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadProps extends Pick<SlabCacheTableProps, "sort" | "hrefOf"> {
  readonly column: SlabSort;
  readonly align?: "left" | "right";
  /** Left out on a narrow screen. */
  readonly isWideOnly?: boolean;
  readonly children: ReactNode;
}

function Head({ sort, hrefOf, column, align = "right", isWideOnly = false, children }: HeadProps) {
  const direction = ASCENDING.has(column) ? "ascending" : "descending";
  return (
    <SortHeader
      href={hrefOf(column)}
      align={align}
      isWideOnly={isWideOnly}
      sorted={sort === column ? direction : undefined}
    >
      {children}
    </SortHeader>
  );
}

interface RowProps {
  readonly row: SlabRow;
  readonly whole: Bytes;
  readonly base: string;
}

function Row({ row, whole, base }: RowProps) {
  return (
    <tr className="align-top hover:bg-sunken">
      <th scope="row" className="w-2/5 py-2 pr-4 font-normal">
        <span className="font-medium font-mono text-13">{row.name}</span>
        <p className="text-13 text-muted">{describeCache(row)}</p>
      </th>
      <td className="whitespace-nowrap py-2 pr-4 text-right">
        <EvidenceLink base={base} evidence={row.evidence}>
          <Size bytes={row.bytes} />
        </EvidenceLink>
        <p className="whitespace-nowrap text-13 text-muted">{formatPercent(row.bytes, whole)}</p>
      </td>
      <td className="whitespace-nowrap py-2 pr-4 text-right">
        <Growth bytes={row.growth} />
      </td>
      <td className="hidden whitespace-nowrap py-2 pr-4 text-right md:table-cell">
        {formatCount(row.activeObjects)}
        <p className="text-13 text-muted">of {formatCount(row.objects)}</p>
      </td>
      <td className="hidden whitespace-nowrap py-2 pr-4 text-right text-muted md:table-cell">
        {formatBytes(row.objectSize)}
      </td>
      <td className="hidden min-w-32 py-2 md:table-cell">
        <FillBar fill={row.fill} />
      </td>
    </tr>
  );
}

const RECLAIM_WORDS = {
  reclaimable: "reclaimable",
  unreclaimable: "not reclaimable",
  unknown: "reclaimable or not: unknown",
} as const;

function describeCache(row: SlabRow): string {
  const kind = `${row.subsystem}, ${RECLAIM_WORDS[row.reclaim]}`;
  return row.explains === undefined ? kind : `${row.explains} (${kind})`;
}

function FillBar({ fill }: { readonly fill: number }) {
  return (
    <span className="flex items-center gap-3 pt-1.5">
      <span aria-hidden className="h-2 w-20 shrink-0 bg-rule">
        <span className="block h-full bg-control" style={{ width: `${fill * 100}%` }} />
      </span>
      <span className="whitespace-nowrap text-13 text-muted">{formatPercent(fill, 1)}</span>
    </span>
  );
}
