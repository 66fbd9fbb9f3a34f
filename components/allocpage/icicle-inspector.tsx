import type { ReactNode } from "react";
import {
  formatBytesDifference,
  formatCount,
  formatExactBytes,
  formatPercent,
} from "@/server/core/format-bytes";
import { bucketStyle } from "../bucket-style";
import { EvidenceLink } from "../evidence-link";
import { Size } from "../size";
import { CopyButton } from "../ui/copy-button";
import { type IcicleNode, pathTo } from "./icicle-tree";
import type { ListedRow } from "./site-selection";

interface IcicleInspectorProps {
  readonly node: IcicleNode;
  readonly root: IcicleNode;
  readonly isComparison: boolean;
  readonly base: string;
}

/** All that is known of the frame under the pointer or the focus. Its height is kept, so nothing below it moves. */
export function IcicleInspector({ node, root, isComparison, base }: IcicleInspectorProps) {
  const row = onlyRow(node);
  return (
    <div className="mt-2 min-h-32 border-y py-2 text-13 sm:min-h-24">
      <p className="flex items-start gap-2">
        <span className="line-clamp-3 min-w-0 font-medium font-mono text-12" title={node.name}>
          {node.name}
        </span>
        {node.parent ? <CopyButton text={stackText(node)} what="stack" /> : null}
      </p>
      <dl className="mt-1 flex flex-wrap gap-x-6 gap-y-1">
        <Fact name={row?.allocated ? "Kept" : "Size"}>
          <Size bytes={node.bytes} />
          <span className="text-muted">
            {" "}
            {formatPercent(node.bytes, root.bytes)} of what is shown
          </span>
        </Fact>
        {isComparison ? (
          <Fact name="Change">
            <span title={formatExactBytes(node.change)}>{formatBytesDifference(node.change)}</span>
          </Fact>
        ) : null}
        <Fact name="Allocations">{formatCount(node.calls)}</Fact>
        {row ? (
          <RowFacts row={row} base={base} />
        ) : (
          <Fact name="Sites">{formatCount(countRows(node))}</Fact>
        )}
        <Fact name="Bucket">{bucketName(node.bucket)}</Fact>
      </dl>
    </div>
  );
}

function RowFacts({ row, base }: { readonly row: ListedRow; readonly base: string }) {
  const { allocated, order, task } = row;
  return (
    <>
      {allocated ? (
        <Fact name="Allocated">
          <Size bytes={allocated.bytes} /> in {formatCount(allocated.calls)}
        </Fact>
      ) : null}
      {row.module ? <Fact name="Module">{row.module}</Fact> : null}
      <Fact name="Subsystem">{row.subsystem}</Fact>
      {order === undefined ? null : <Fact name="Order">{order}</Fact>}
      {task ? (
        <Fact name="While running">
          {[task.comm, task.pid === undefined ? "" : `pid ${task.pid}`].filter(Boolean).join(" · ")}
        </Fact>
      ) : null}
      <Fact name="Read from">
        <EvidenceLink base={base} evidence={row.evidence}>
          <span className="font-mono text-12">
            {row.evidence.file}
            {row.evidence.line === undefined ? "" : `:${row.evidence.line}`}
          </span>
        </EvidenceLink>
      </Fact>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-baseline gap-2">
      <dt className="whitespace-nowrap text-12 text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

function bucketName(bucket: IcicleNode["bucket"]): string {
  if (bucket === undefined) return "several";
  if (bucket === "unknown") return "not known";
  const { label } = bucketStyle(bucket);
  return bucket === "allocpage" ? label : `${label}, so not allocpage`;
}

/** The one row at or below a frame; absent where there are several. */
function onlyRow(node: IcicleNode): ListedRow | undefined {
  const [first, second] = node.rows;
  if (second || (first && node.children.length > 0)) return undefined;
  if (first) return first;
  const [child, other] = node.children;
  return child && !other ? onlyRow(child) : undefined;
}

function countRows(node: IcicleNode): number {
  return node.children.reduce((sum, child) => sum + countRows(child), node.rows.length);
}

function stackText(node: IcicleNode): string {
  return pathTo(node)
    .slice(1)
    .map(({ name }) => name)
    .join("\n");
}
