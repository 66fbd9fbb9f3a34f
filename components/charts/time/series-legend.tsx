"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, type ReactNode, useState } from "react";
import { formatBytes, formatBytesDifference, formatExactBytes } from "@/server/core/format-bytes";
import { CopyButton } from "../../ui/copy-button";
import { nextIsolated } from "./isolate";
import { type LegendSort, nextSort, type StatColumn, sortedRows } from "./legend-sort";
import type { SeriesStats } from "./series-stats";

interface LegendRow {
  readonly id: string;
  readonly name: string;
  /** In full, where `name` is shortened. */
  readonly title?: string;
  readonly swatch: ReactNode;
  readonly stats: SeriesStats | undefined;
}

interface SeriesLegendProps {
  /** What the rows are: "Bucket", "Cache". */
  readonly kind: string;
  readonly rows: readonly LegendRow[];
  readonly columns: readonly StatColumn[];
  readonly isolated: readonly string[];
  readonly onIsolate: (ids: readonly string[]) => void;
  /** So many rows at first; a button shows the others. */
  readonly most?: number;
}

const WORDS: Readonly<Record<StatColumn, string>> = {
  last: "Last",
  min: "Min",
  max: "Max",
  change: "Change",
  slope: "Per hour",
};
/** A narrow screen keeps what tells a leak: how much there is and how it changed. */
const WIDE_ONLY: ReadonlySet<StatColumn> = new Set(["min", "max", "slope"]);

/** The series as a sortable table. A row's button isolates it; with Ctrl, Cmd or Shift+Enter it joins the others. */
export function SeriesLegend(props: SeriesLegendProps) {
  const { kind, rows, columns, isolated, onIsolate, most = rows.length } = props;
  const [sort, setSort] = useState<LegendSort>();
  const [isAll, setIsAll] = useState(false);
  const sorted = sortedRows(rows, sort);
  return (
    <>
      <table className="w-full text-12">
        <caption className="sr-only">{`${kind}: press to show it alone, with Ctrl or Cmd to add it`}</caption>
        <thead className="text-muted">
          <tr className="border-b">
            <th scope="col" className="py-1 text-left font-normal">
              <span className="inline-flex items-center gap-1">
                {kind}
                <CopyButton text={legendAsTsv(kind, rows, columns)} what="legend, exact bytes" />
              </span>
            </th>
            {columns.map((column) => (
              <SortButton
                key={column}
                column={column}
                sort={sort}
                onSort={() => setSort(nextSort(sort, column))}
              />
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={moveFocus}>
          {(isAll ? sorted : sorted.slice(0, most)).map((row) => (
            <tr key={row.id} className={isShown(isolated, row.id) ? "" : "text-faint"}>
              <th scope="row" className="w-full max-w-0 border-b py-0 text-left font-normal">
                <NameButton row={row} isolated={isolated} onIsolate={onIsolate} />
              </th>
              {columns.map((column) => (
                <StatCell key={column} column={column} value={row.stats?.[column]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > most ? (
        <button type="button" className="link min-h-7 text-12" onClick={() => setIsAll(!isAll)}>
          {isAll ? "Show fewer" : `Show ${rows.length - most} more`}
        </button>
      ) : null}
    </>
  );
}

function isShown(isolated: readonly string[], id: string): boolean {
  return isolated.length === 0 || isolated.includes(id);
}

interface NameButtonProps extends Pick<SeriesLegendProps, "isolated" | "onIsolate"> {
  readonly row: LegendRow;
}

function NameButton({ row, isolated, onIsolate }: NameButtonProps) {
  const choose = (isAdding: boolean) => onIsolate(nextIsolated(isolated, row.id, isAdding));
  return (
    <button
      type="button"
      data-series
      aria-pressed={isolated.includes(row.id)}
      title={row.title ?? row.name}
      className="flex min-h-7 w-full items-center gap-1.5 text-left hover:underline"
      onClick={(event: MouseEvent) => choose(event.ctrlKey || event.metaKey)}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key !== "Enter" || !event.shiftKey) return;
        event.preventDefault();
        choose(true);
      }}
    >
      {row.swatch}
      <bdi className="min-w-0 truncate">{row.name}</bdi>
    </button>
  );
}

function StatCell({
  column,
  value,
}: {
  readonly column: StatColumn;
  readonly value: number | undefined;
}) {
  const wide = WIDE_ONLY.has(column) ? "hidden sm:table-cell" : "";
  const place = `whitespace-nowrap border-b py-1 pl-4 text-right ${wide}`;
  if (value === undefined)
    return (
      <td className={`${place} text-faint`} title="Not measured">
        —
      </td>
    );
  const isRate = column === "slope";
  const isDifference = isRate || column === "change";
  const rounded = Math.round(value);
  const text = isDifference ? formatBytesDifference(rounded) : formatBytes(rounded);
  return (
    <td className={place} title={`${formatExactBytes(rounded)}${isRate ? " per hour" : ""}`}>
      {isRate ? `${text}/h` : text}
    </td>
  );
}

interface SortButtonProps {
  readonly column: StatColumn;
  readonly sort: LegendSort | undefined;
  readonly onSort: () => void;
}

function SortButton({ column, sort, onSort }: SortButtonProps) {
  const isSorted = sort?.column === column;
  const direction = sort?.isDescending ? "descending" : "ascending";
  const Arrow = sort?.isDescending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={isSorted ? direction : "none"}
      className={`py-1 pl-4 text-right font-normal ${WIDE_ONLY.has(column) ? "hidden sm:table-cell" : ""}`}
    >
      <button
        type="button"
        onClick={onSort}
        title={column === "slope" ? "Slope of a straight line through all values" : undefined}
        className={`inline-flex min-h-6 items-center gap-1 whitespace-nowrap hover:text-ink ${isSorted ? "font-medium text-ink" : ""}`}
      >
        {WORDS[column]}
        {isSorted ? <Arrow aria-hidden className="size-3.5" /> : null}
      </button>
    </th>
  );
}

/** Arrow keys walk the rows. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const buttons: Element[] = [...event.currentTarget.querySelectorAll("[data-series]")];
  const at = event.target instanceof Element ? buttons.indexOf(event.target) : -1;
  const next = buttons[at + step];
  if (at < 0 || !(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}

function legendAsTsv(
  kind: string,
  rows: readonly LegendRow[],
  columns: readonly StatColumn[],
): string {
  const heads = columns.map((column) =>
    column === "slope" ? "bytes per hour" : `${WORDS[column].toLowerCase()} bytes`,
  );
  const lines = rows.map(({ name, title, stats }) => [
    (title ?? name).replaceAll(/[\t\r\n]/g, " "),
    ...columns.map((column) => {
      const value = stats?.[column];
      return value === undefined ? "" : Math.round(value);
    }),
  ]);
  return [[kind, ...heads], ...lines].map((cells) => cells.join("\t")).join("\n");
}
