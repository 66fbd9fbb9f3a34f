import type { Bytes } from "../units";
import type { SiteRow, SiteView } from "./site-view";

/** A call site as it is now, and what it held before. */
export interface ComparedRow extends SiteRow {
  /** Absent where the earlier table does not list the site: then it held `unlistedUpTo` at most. */
  readonly before?: Bytes;
  /** Bytes now less bytes before; a site that was not listed counts as 0 before. */
  readonly change: Bytes;
}

export interface SiteComparison {
  readonly file: string;
  /** Largest growth first, largest shrinkage last; sites that are gone among them, with 0 bytes. */
  readonly rows: readonly ComparedRow[];
  readonly totalBefore: Bytes;
  /** The smallest site that the earlier table lists, in bytes; 0 when it lists all. */
  readonly unlistedUpTo: Bytes;
}

/**
 * What changed between two tables of the same kind: rows are the same site when their ids are equal.
 * A table that lists its largest sites only says nothing of the others, so a site missing from it is
 * not called new.
 */
export function compareSites(now: SiteView, before: SiteView): SiteComparison {
  const earlier = new Map(before.rows.map((row) => [row.id, row]));
  const known = new Set(now.rows.map(({ id }) => id));
  const present = now.rows.map((row) => compareRow(row, earlier.get(row.id)?.bytes));
  // Where the present table is cut off, a site that is missing may just have shrunk below its end.
  const isWhole = now.omitted.rows === 0;
  const gone = isWhole ? before.rows.filter(({ id }) => !known.has(id)).map(goneRow) : [];
  return {
    file: before.file,
    rows: [...present, ...gone].sort((a, b) => b.change - a.change || b.bytes - a.bytes),
    totalBefore: before.totalBytes,
    unlistedUpTo: before.omitted.rows === 0 ? 0 : (before.rows.at(-1)?.bytes ?? 0),
  };
}

function compareRow(row: SiteRow, before: Bytes | undefined): ComparedRow {
  return { ...row, ...(before !== undefined && { before }), change: row.bytes - (before ?? 0) };
}

function goneRow({ allocated: _, ...row }: SiteRow): ComparedRow {
  return { ...row, before: row.bytes, change: -row.bytes, bytes: 0, calls: 0 };
}

/** The earlier table to compare with: the same kind of dump; a trace of some minutes is no dump. */
export function findCounterpart(view: SiteView, others: readonly SiteView[]): SiteView | undefined {
  return others.find(({ via, covers }) => via === view.via && covers === view.covers);
}
