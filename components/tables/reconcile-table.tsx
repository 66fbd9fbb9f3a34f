import { formatBytesDifference, formatExactBytes } from "@/server/core/format-bytes";
import type { ReconcileRow, ReconcileTool } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";
import { keyed } from "../keyed";
import { Size } from "../size";
import { ScrollArea } from "../ui/scroll-area";
import { UnbrokenSizes } from "../unbroken-sizes";

const TOOL_NAME: Readonly<Record<ReconcileTool, string>> = {
  free: "free",
  top: "top",
  htop: "htop",
  btop: "btop",
  glances: "Glances",
  netdata: "Netdata",
  "grafana-1860": "Grafana 1860",
  "sysak-memgraph": "SysAK memgraph",
  "kubectl-top": "kubectl top",
  coroot: "Coroot",
};

/** What each tool would print for this snapshot, and why it is not what we print. */
export function ReconcileTable({ rows }: { readonly rows: readonly ReconcileRow[] }) {
  return (
    <ScrollArea label="Other tools, table">
      <table className="w-full min-w-3xl table-fixed text-13">
        <thead className="text-left text-12 text-muted">
          <tr className="border-b">
            <th className="w-44 py-1.5 pr-4 font-normal">Tool prints</th>
            <th className="w-24 py-1.5 pr-4 text-right font-normal">Theirs</th>
            <th className="w-24 py-1.5 pr-4 text-right font-normal">Ours</th>
            <th className="w-28 py-1.5 pr-6 text-right font-normal">Difference</th>
            <th className="py-1.5 font-normal">Why</th>
          </tr>
        </thead>
        <tbody className="align-top">
          {keyed(rows, ({ tool, label }) => `${tool} ${label}`).map(({ key, item }) => (
            <ReconcileLine key={key} row={item} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function ReconcileLine({ row }: { readonly row: ReconcileRow }) {
  return (
    <tr className="border-b">
      <th scope="row" className="py-2 pr-4 text-left font-normal">
        <span className="font-medium">{TOOL_NAME[row.tool]}</span>
        <code className="block font-mono text-12 text-muted">{row.label}</code>
      </th>
      <td className="py-2 pr-4 text-right">
        <Size bytes={row.bytes} />
      </td>
      <td className="py-2 pr-4 text-right">
        <Size bytes={ours(row)} />
      </td>
      <td className="whitespace-nowrap py-2 pr-6 text-right" title={formatExactBytes(row.differs)}>
        {row.differs === 0 ? "none" : formatBytesDifference(row.differs)}
      </td>
      <td className="py-2">
        <p>
          <UnbrokenSizes text={row.why} />
        </p>
        <p className="mt-1 font-mono text-12 text-muted">{row.formula}</p>
      </td>
    </tr>
  );
}

/** `differs` is theirs minus ours. */
function ours(row: ReconcileRow): Bytes {
  return row.bytes - row.differs;
}
