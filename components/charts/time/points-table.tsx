"use client";

import { useState } from "react";
import { formatCount } from "@/server/core/format-bytes";
import type { Bytes } from "@/server/core/units";
import { Disclosure } from "../../ui/disclosure";

interface PointsTableProps {
  readonly label: string;
  readonly columns: readonly {
    readonly id: string;
    readonly name: string;
    readonly title?: string;
  }[];
  readonly rows: readonly {
    readonly atMs: number;
    readonly cells: readonly (Bytes | undefined)[];
  }[];
}

/** Every point with its exact bytes; built only once it is asked for. */
export function PointsTable({ label, columns, rows }: PointsTableProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Disclosure summary={`All ${rows.length} points as a table`} onToggle={setIsOpen}>
      {isOpen ? (
        <section
          aria-label={label}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus (WCAG 2.1.1)
          tabIndex={0}
          className="max-h-96 overflow-auto border"
        >
          <table className="text-12">
            <thead className="sticky top-0 bg-paper text-muted">
              <tr>
                <th scope="col" className="px-2 py-1 text-left font-normal">
                  Time, UTC
                </th>
                {columns.map(({ id, name, title }) => (
                  <th
                    key={id}
                    scope="col"
                    title={title}
                    className="max-w-48 truncate px-2 py-1 text-right font-normal"
                  >
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ atMs, cells }) => (
                <tr key={atMs} className="border-t">
                  <th scope="row" className="whitespace-nowrap px-2 text-left font-normal">
                    {new Date(atMs).toISOString()}
                  </th>
                  {columns.map(({ id }, i) => (
                    <td key={id} className="whitespace-nowrap px-2 text-right">
                      {cells[i] === undefined ? "—" : formatCount(cells[i])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </Disclosure>
  );
}
