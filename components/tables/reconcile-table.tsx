import { formatBytesDifference, formatExactBytes } from "@/server/core/format-bytes";
import type { ReconcilePart, ReconcileRow, ReconcileTool } from "@/server/core/report-reconcile";
import { bucketStyle } from "../bucket-style";
import { BucketSwatch } from "../bucket-swatch";
import { keyed } from "../keyed";
import { Size } from "../size";
import { Disclosure } from "../ui/disclosure";
import { ScrollArea } from "../ui/scroll-area";
import { UnbrokenSizes } from "../unbroken-sizes";
import { groupByTool, leadingParts, sortParts, splitLeading } from "./reconcile-groups";

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
  const { leading, others } = splitLeading(rows);
  return (
    <>
      <Rows label="Other tools, table" rows={leading} />
      {others.length > 0 ? (
        <div className="mt-3">
          <Disclosure summary={`${others.length} more numbers of these tools`}>
            <Rows label="More numbers of other tools, table" rows={others} />
          </Disclosure>
        </div>
      ) : null}
    </>
  );
}

interface RowsProps {
  readonly label: string;
  readonly rows: readonly ReconcileRow[];
}

function Rows({ label, rows }: RowsProps) {
  return (
    <ScrollArea label={label}>
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
        <tbody className="align-top">
          {groupByTool(rows).flatMap(({ tool, rows: ofTool }) =>
            keyed(ofTool, ({ label: name }) => `${tool} ${name}`).map(({ key, item }, at) => (
              <ReconcileLine key={key} row={item} isFirst={at === 0} />
            )),
          )}
        </tbody>
      </table>
    </ScrollArea>
  );
}

interface ReconcileLineProps {
  readonly row: ReconcileRow;
  /** The tool is named once. */
  readonly isFirst: boolean;
}

function ReconcileLine({ row, isFirst }: ReconcileLineProps) {
  return (
    <tr className="border-b">
      <th scope="row" className="py-2 pr-4 text-left font-normal">
        <span className={isFirst ? "font-medium" : "sr-only"}>{TOOL_NAME[row.tool]}</span>
        <code className="block font-mono text-12 text-muted">{row.label}</code>
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
        <PartLine parts={row.parts ?? []} />
        <Disclosure summary={<UnbrokenSizes text={row.why} />}>
          <PartList parts={sortParts(row.parts ?? [])} />
          <p className="mt-2 font-mono text-12 text-muted">{row.formula}</p>
          {row.source ? <p className="mt-1 text-12 text-muted">Read in {row.source}.</p> : null}
        </Disclosure>
      </td>
    </tr>
  );
}

/** The buckets that make the difference, in a line: the large ones, and what the others come to. */
function PartLine({ parts }: { readonly parts: readonly ReconcilePart[] }) {
  const { shown, rest } = leadingParts(parts);
  if (shown.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-x-4">
      {shown.map(({ bucket, bytes }) => (
        <li key={bucket} className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
          <span className="translate-y-0.5">
            <BucketSwatch id={bucket} />
          </span>
          <span className="text-muted">{bucketStyle(bucket).short}</span>
          <span title={formatExactBytes(bytes)}>{formatBytesDifference(bytes)}</span>
        </li>
      ))}
      {rest.length > 0 ? (
        <li className="whitespace-nowrap">
          <span className="text-muted">{rest.length} more</span>{" "}
          {formatBytesDifference(sumOf(rest))}
        </li>
      ) : null}
    </ul>
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
