import type { SiteBucket } from "@/server/core/accounting/site-buckets";
import type { ComparedRow } from "@/server/core/accounting/site-diff";
import type { SiteRow, SiteView } from "@/server/core/accounting/site-view";
import { groupBy } from "@/server/core/group-by";
import type { Bytes } from "@/server/core/units";

/** A row of the table: with what it held before where two snapshots are compared. */
export type ListedRow = SiteRow & Partial<Pick<ComparedRow, "before" | "change">>;

export const SITE_SORTS = ["bytes", "change", "calls", "site", "module"] as const;
export type SiteSort = (typeof SITE_SORTS)[number];

export const SITE_GROUPS = ["sites", "modules", "subsystems"] as const;
export type SiteGroup = (typeof SITE_GROUPS)[number];

export type BucketFilter = SiteBucket | "all";

/** What a bucket filter may be set to, and how much it lets through. */
export interface BucketChoice {
  readonly bucket: BucketFilter;
  readonly bytes: Bytes;
}

/** The buckets of a table, what no counter shows first, then by size; "all" where there are several. */
export function bucketChoices({ byBucket, totalBytes }: SiteView): readonly BucketChoice[] {
  const isHidden = ({ bucket }: BucketChoice) => (bucket === "allocpage" ? 1 : 0);
  const sorted = [...byBucket].sort((a, b) => isHidden(b) - isHidden(a) || b.bytes - a.bytes);
  return sorted.length > 1 ? [...sorted, { bucket: "all", bytes: totalBytes }] : sorted;
}

export function ofBucket(rows: readonly ListedRow[], bucket: BucketFilter): readonly ListedRow[] {
  return bucket === "all" ? rows : rows.filter((row) => row.bucket === bucket);
}

/** True where the text stands in the site, a frame on the way to it, its module or its subsystem. */
export function matches(row: ListedRow, search: string | undefined): boolean {
  if (search === undefined) return true;
  const wanted = search.toLowerCase();
  return [row.site, row.module ?? "", row.subsystem, ...row.path].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}

export function sumBytes(rows: readonly { readonly bytes: Bytes }[]): Bytes {
  return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Numbers largest first, names from A to Z; by change the growth comes first. */
export function sortSites(rows: readonly ListedRow[], sort: SiteSort): readonly ListedRow[] {
  return [...rows].sort(ORDER[sort]);
}

type Order = (a: ListedRow, b: ListedRow) => number;
const byBytes: Order = (a, b) => b.bytes - a.bytes || a.site.localeCompare(b.site, "en");
const ORDER: Readonly<Record<SiteSort, Order>> = {
  bytes: byBytes,
  change: (a, b) => (b.change ?? 0) - (a.change ?? 0) || byBytes(a, b),
  calls: (a, b) => b.calls - a.calls || byBytes(a, b),
  site: (a, b) => a.site.localeCompare(b.site, "en"),
  module: (a, b) =>
    (a.module ?? a.subsystem).localeCompare(b.module ?? b.subsystem, "en") || byBytes(a, b),
};

/** What a dump is called in a choice: its kind, or its file where there are two of the kind. */
export function sourceLabel(view: SiteView, views: readonly SiteView[]): string {
  const isAlone = views.filter(({ via }) => via === view.via).length === 1;
  return isAlone ? view.via.replaceAll("-", " ") : (view.file.split("/").at(-1) ?? view.file);
}

/** Who called, innermost first; without the subsystem and module that stand beside it, and the file that is in the name. */
export function callersOf({ path, site, subsystem, module }: ListedRow): readonly string[] {
  const heads = [subsystem, module];
  const isHead = (name: string, at: number) => at < heads.length && heads.includes(name);
  return path
    .slice(0, -1)
    .filter((name, at) => !isHead(name, at) && !site.startsWith(`${name}:`))
    .reverse();
}

/** The sites of one module or one subsystem, added up. */
export interface SiteSum {
  readonly name: string;
  /** The module's subsystem; absent where the name says it. */
  readonly subsystem?: string;
  readonly sites: number;
  readonly bytes: Bytes;
  readonly calls: number;
  readonly change?: Bytes;
}

/** What is built into the kernel belongs to no module: it stands under its subsystem. */
export function sumSites(
  rows: readonly ListedRow[],
  by: Exclude<SiteGroup, "sites">,
): readonly SiteSum[] {
  const nameOf = (row: ListedRow) =>
    by === "subsystems" ? row.subsystem : (row.module ?? `built in: ${row.subsystem}`);
  return [...groupBy(rows, nameOf)]
    .map(([name, of]) => ({
      name,
      ...(by === "modules" && of[0]?.module && { subsystem: of[0].subsystem }),
      sites: of.length,
      bytes: sumBytes(of),
      calls: of.reduce((sum, { calls }) => sum + calls, 0),
      ...(of.some(({ change }) => change !== undefined) && {
        change: of.reduce((sum, { change = 0 }) => sum + change, 0),
      }),
    }))
    .sort((a, b) => (b.change ?? 0) - (a.change ?? 0) || b.bytes - a.bytes);
}
