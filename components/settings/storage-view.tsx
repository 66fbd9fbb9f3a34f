import { TriangleAlert } from "lucide-react";
import { formatBytes, formatCount } from "@/server/core/format-bytes";
import { keyed } from "../keyed";
import { Size } from "../size";
import { Badge } from "../ui/badge";
import { Disclosure } from "../ui/disclosure";
import type { StorageState } from "./settings-types";

/** The room that is left, what is broken, and which tables take how much. */
export function StorageView({ storage }: { readonly storage: StorageState }) {
  const bytes = storage.tables.reduce((sum, table) => sum + table.bytes, 0);
  return (
    <div className="flex flex-col gap-6">
      <FreeSpace storage={storage} />
      <BrokenParts broken={storage.broken} />
      <Disclosure
        summary={
          <>
            {formatCount(storage.tables.length)} tables take <Size bytes={bytes} />
          </>
        }
      >
        <TableList tables={storage.tables} />
      </Disclosure>
    </div>
  );
}

function FreeSpace({ storage }: { readonly storage: StorageState }) {
  const { disk, reserve, isBelowReserve, isEmbedded } = storage;
  if (!disk)
    return <p className="text-13 text-muted">The store does not say how much room it has left.</p>;
  const used = disk.total === 0 ? 0 : 1 - disk.free / disk.total;
  return (
    <div className="max-w-prose">
      {isBelowReserve ? (
        <div className="mb-3">
          <Badge icon={TriangleAlert} colour="var(--leaking)">
            Pushes and uploads are refused
          </Badge>
          <p className="mt-1 text-13">
            Less is free than the reserve. Make room on the disk, or keep data for a shorter time:
            that still works.
          </p>
        </div>
      ) : null}
      <p className="text-13">
        <Size bytes={disk.free} /> of <Size bytes={disk.total} /> are free on the disk of the store.
      </p>
      <div aria-hidden className="mt-2 flex h-2 overflow-hidden rounded-mark border border-control">
        <span className="bg-muted" style={{ width: `${(used * 100).toFixed(1)}%` }} />
      </div>
      <p className="mt-2 text-12 text-muted">
        {isEmbedded && reserve !== undefined
          ? `${formatBytes(reserve)} stay in reserve (MEMLEDGER_RESERVE): below that pushes and uploads are refused, while reading and removing go on.`
          : "A ClickHouse server keeps the tables; it looks after its own disk."}
      </p>
    </div>
  );
}

function BrokenParts({ broken }: Pick<StorageState, "broken">) {
  if (broken.length === 0)
    return <p className="text-13 text-muted">No part of a table is set aside as damaged.</p>;
  return (
    <div>
      <Badge icon={TriangleAlert} colour="var(--leaking)">
        {broken.length === 1 ? "1 damaged part is" : `${broken.length} damaged parts are`} missing
        from every answer
      </Badge>
      <p className="mt-1 max-w-prose text-13 text-muted">
        The engine set them aside because they cannot be read. Restore a backup if you have one.
      </p>
      <ul className="mt-2 max-w-prose divide-y border-y text-13">
        {keyed(broken, ({ table, part }) => `${table} ${part}`).map(({ key, item }) => (
          <li key={key} className="flex flex-wrap justify-between gap-x-4 py-1.5">
            <code className="min-w-0 font-mono text-12">
              {item.table} {item.part}
            </code>
            <span className="text-muted">
              {item.reason}, <Size bytes={item.bytes} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function TableList({ tables }: Pick<StorageState, "tables">) {
  return (
    <table className="w-full max-w-prose table-fixed text-13">
      <thead className="text-left text-12 text-muted">
        <tr className="border-b">
          <th className="py-1.5 pr-4 font-normal">Table</th>
          <th className="w-26 py-1.5 pr-4 text-right font-normal">Rows</th>
          <th className="w-26 py-1.5 text-right font-normal">On disk</th>
        </tr>
      </thead>
      <tbody>
        {tables.map(({ table, rows, bytes, parts }) => (
          <tr key={table} className="border-b">
            <th
              scope="row"
              className="py-1.5 pr-4 text-left font-mono font-normal text-12"
              title={`${parts} parts`}
            >
              {table}
            </th>
            <td className="py-1.5 pr-4 text-right">{formatCount(rows)}</td>
            <td className="py-1.5 text-right">
              <Size bytes={bytes} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
