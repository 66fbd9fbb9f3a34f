import { formatBytesDifference, formatExactBytes } from "@/server/core/format-bytes";
import type { ReconcilePart, ReconcileRow, ReconcileTool } from "@/server/core/report-reconcile";
import { bucketStyle } from "../bucket-style";
import { BucketSwatch } from "../bucket-swatch";
import { keyed } from "../keyed";
import { Size } from "../size";
import { Disclosure } from "../ui/disclosure";
import { ScrollArea } from "../ui/scroll-area";
import { UnbrokenSizes } from "../unbroken-sizes";
import { groupByTool, leadingParts } from "./reconcile-groups";

const TOOL_NAME: Readonly<Record<ReconcileTool, string>> = {
  free: "free",
  top: "top",
  htop: "htop",
  btop: "btop",
  glances: "Glances",
  netdata: "Netdata",
  "grafana-1860": "Grafana 1860",
  "prometheus-mixin": "node_exporter mixin",
  "sysak-memgraph": "SysAK memgraph",
  "sysak-memleak": "SysAK memleak",
  "kubectl-top": "kubectl top node",
  kubelet: "kubelet eviction",
  coroot: "Coroot",
};

/** What each tool would print for this snapshot, and the buckets that make it another number than ours. */
export function ReconcileTable({ rows }: { readonly rows: readonly ReconcileRow[] }) {
  return (
    <ScrollArea label="Other tools, table">
      <table className="w-full min-w-3xl table-fixed text-13">
        <thead className="text-left text-12 text-muted">
          <tr className="border-b">
            <th className="w-48 py-1.5 pr-4 font-normal">Tool prints</th>
            <th className="w-22 py-1.5 pr-4 text-right font-normal">Theirs</th>
            <th className="w-22 py-1.5 pr-4 text-right font-normal">Ours</th>
            <th className="w-24 py-1.5 pr-6 text-right font-normal">Difference</th>
            <th className="py-1.5 font-normal">Made of</th>
          </tr>
        </thead>
        {groupByTool(rows).map(({ tool, rows: ofTool }) => (
          <tbody key={tool} className="align-top">
            <tr>
              <th
                scope="rowgroup"
                colSpan={5}
                className="pt-4 pb-1 text-left font-semibold text-13"
              >
                {TOOL_NAME[tool]}
              </th>
            </tr>
            {keyed(ofTool, ({ label }) => label).map(({ key, item }) => (
              <ReconcileLine key={key} row={item} />
            ))}
          </tbody>
        ))}
      </table>
    </ScrollArea>
  );
}

function ReconcileLine({ row }: { readonly row: ReconcileRow }) {
  return (
    <tr className="border-t">
      <th scope="row" className="py-2 pr-4 text-left font-mono font-normal text-12">
        {row.label}
      </th>
      <td className="py-2 pr-4 text-right">
        <Size bytes={row.bytes} />
      </td>
      <td className="py-2 pr-4 text-right">
        {/* `differs` is theirs minus ours. */}
        <Size bytes={row.bytes - row.differs} />
      </td>
      <td
        className="whitespace-nowrap py-2 pr-6 text-right font-medium"
        title={formatExactBytes(row.differs)}
      >
        {row.differs === 0 ? "none" : formatBytesDifference(row.differs)}
      </td>
      <td className="py-2">
        <Parts row={row} />
        <Disclosure summary={<UnbrokenSizes text={row.why} />}>
          <p className="font-mono text-12 text-muted">{row.formula}</p>
          {row.source ? <p className="mt-1 text-12 text-muted">Read in {row.source}.</p> : null}
        </Disclosure>
      </td>
    </tr>
  );
}

/** The buckets that make the difference, the large ones first; the rest of them on demand. */
function Parts({ row }: { readonly row: ReconcileRow }) {
  const { shown, rest } = leadingParts(row.parts ?? []);
  if (shown.length === 0) return null;
  return (
    <div className="mb-1">
      <PartList parts={shown} />
      {rest.length > 0 ? (
        <Disclosure
          summary={`${rest.length} smaller, ${formatBytesDifference(sumOf(rest))} in all`}
        >
          <PartList parts={rest} />
        </Disclosure>
      ) : null}
    </div>
  );
}

function PartList({ parts }: { readonly parts: readonly ReconcilePart[] }) {
  return (
    <ul className="space-y-1">
      {keyed(parts, ({ bucket }) => bucket).map(({ key, item: { bucket, bytes, why } }) => (
        <li key={key} className="grid grid-cols-[5rem_minmax(0,1fr)] gap-x-3">
          <span className="whitespace-nowrap text-right" title={formatExactBytes(bytes)}>
            {formatBytesDifference(bytes)}
          </span>
          <span>
            <span className="mr-1.5 inline-block translate-y-0.5">
              <BucketSwatch id={bucket} />
            </span>
            {bucketStyle(bucket).label}
            {why ? <span className="text-muted">: {why}</span> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}

function sumOf(parts: readonly ReconcilePart[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
