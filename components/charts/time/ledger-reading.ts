import { formatBytes, formatPercent } from "@/server/core/format-bytes";
import type { Bytes } from "@/server/core/units";
import { DISPLAY_IDS, type DisplayId, displayStyle } from "./display-buckets";
import type { LedgerPoint } from "./ledger-rows";
import { formatAt } from "./zone-time";

interface ReadingRow {
  readonly id: DisplayId;
  readonly bytes: Bytes;
  /** Since the first point of the window; absent where that one lacks the bucket. */
  readonly change?: Bytes;
}

/** What a point says, largest first. `hidden` is what is measured and not drawn, so that all of it makes the sum. */
export interface Reading {
  readonly rows: readonly ReadingRow[];
  readonly hidden?: Bytes;
  readonly sum: Bytes;
  readonly memTotal: Bytes;
}

export function readingOf(
  point: LedgerPoint,
  first: LedgerPoint,
  ids: readonly DisplayId[],
): Reading {
  const rows = ids
    .flatMap((id) => {
      const bytes = point.sizes[id];
      const before = first.sizes[id];
      if (bytes === undefined) return [];
      return [{ id, bytes, ...(before === undefined ? {} : { change: bytes - before }) }];
    })
    .toSorted((a, b) => b.bytes - a.bytes);
  const isHidden = (id: DisplayId) => !ids.includes(id) && point.sizes[id] !== undefined;
  const hiddenIds = DISPLAY_IDS.filter(isHidden);
  const hidden = hiddenIds.reduce((sum, id) => sum + (point.sizes[id] ?? 0), 0);
  return {
    rows,
    ...(hiddenIds.length > 0 ? { hidden } : {}),
    sum: point.sum,
    memTotal: point.memTotal,
  };
}

/** Exact bytes for a spreadsheet. */
export function readingAsTsv(reading: Reading, atMs: number, sinceMs: number): string {
  const { rows, hidden, sum, memTotal } = reading;
  const percent = (bytes: Bytes) => formatPercent(bytes, memTotal).replace("\u2212", "-");
  const since = new Date(sinceMs).toISOString();
  return [
    ["bucket", "bytes", "of MemTotal", `change in bytes since ${since}`],
    ...rows.map(({ id, bytes, change }) => [
      displayStyle(id).label,
      bytes,
      percent(bytes),
      change ?? "",
    ]),
    ...(hidden === undefined ? [] : [["Not drawn", hidden, percent(hidden), ""]]),
    ["Sum", sum, percent(sum), ""],
    ["MemTotal", memTotal, percent(memTotal), ""],
    ["Time", new Date(atMs).toISOString(), "", ""],
  ]
    .map((cells) => cells.join("\t"))
    .join("\n");
}

/** The sample as it came, by the names of the kernel's buckets. */
export function pointAsJson({ source }: LedgerPoint): string {
  const { atMs, ...rest } = source;
  return JSON.stringify({ at: new Date(atMs).toISOString(), ...rest }, undefined, 2);
}

/** The largest drawn buckets of a point, in words. */
export function spokenReading(point: LedgerPoint, ids: readonly DisplayId[], zone: string): string {
  const words = readingOf(point, point, ids)
    .rows.slice(0, 3)
    .map(({ id, bytes }) => `${displayStyle(id).label} ${formatBytes(bytes)}`);
  return `${formatAt(point.atMs, zone)}: ${words.join(", ")}; MemTotal ${formatBytes(point.memTotal)}`;
}
