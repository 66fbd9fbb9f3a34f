import type { Route } from "next";
import Link from "next/link";
import { formatPercent } from "@/server/core/format-bytes";
import { formatAge, formatInstant } from "../format-time";
import { Size } from "../size";
import { StatusBadge } from "../status-badge";
import { UnbrokenSizes } from "../unbroken-sizes";
import { MemoryBar } from "./memory-bar";
import type { NodeRow } from "./node-row";

interface NodeTableProps {
  readonly nodes: readonly NodeRow[];
  /** Epoch ms that ages are counted from. */
  readonly now: number;
}

const HEAD = "whitespace-nowrap py-2 pr-6 font-normal last:pr-0";

/** The nodes, one row each; on a narrow screen the same rows as two-line entries. */
export function NodeTable({ nodes, now }: NodeTableProps) {
  return (
    <>
      <table className="hidden w-full border-y text-left md:table">
        <caption className="sr-only">Nodes with their present verdict</caption>
        <thead className="border-b text-13 text-muted">
          <tr>
            <th scope="col" className={HEAD}>
              Verdict
            </th>
            <th scope="col" className={`${HEAD} w-full`}>
              Node
            </th>
            <th scope="col" className={`${HEAD} text-right`}>
              <span title="Memory that no counter of the kernel shows">Missing</span>
            </th>
            <th scope="col" className={`${HEAD} text-right`}>
              Used of MemTotal
            </th>
            <th scope="col" className={HEAD}>
              Kernel
            </th>
            <th scope="col" className={HEAD}>
              Taken
            </th>
            <th scope="col" className={`${HEAD} text-right`}>
              Snapshots
            </th>
          </tr>
        </thead>
        <tbody className="divide-y">
          {nodes.map((node) => (
            <WideRow key={node.node} node={node} now={now} />
          ))}
        </tbody>
      </table>
      <ul className="divide-y border-y md:hidden">
        {nodes.map((node) => (
          <NarrowRow key={node.node} node={node} now={now} />
        ))}
      </ul>
    </>
  );
}

function WideRow({ node, now }: { readonly node: NodeRow; readonly now: number }) {
  return (
    <tr className="align-top hover:bg-sunken">
      <td className="py-3 pr-6">
        <StatusBadge status={node.status} />
      </td>
      <td className="min-w-64 py-3 pr-6">
        <NodeLink node={node} />
        <p className="mt-0.5 max-w-prose text-13 text-muted">
          <UnbrokenSizes text={node.headline} />
        </p>
      </td>
      <td className="py-3 pr-6 text-right">
        <Missing node={node} />
      </td>
      <td className="min-w-36 py-3 pr-6 text-right">
        <Used node={node} />
      </td>
      <td className="min-w-28 max-w-56 py-3 pr-6 font-mono text-13 text-muted">
        {node.kernel ?? "—"}
      </td>
      <td className="whitespace-nowrap py-3 pr-6 text-13 text-muted">
        <Age node={node} now={now} />
      </td>
      <td className="py-3 text-right">{node.snapshots}</td>
    </tr>
  );
}

function NarrowRow({ node, now }: { readonly node: NodeRow; readonly now: number }) {
  return (
    <li className="py-3">
      <div className="flex items-baseline justify-between gap-4">
        <NodeLink node={node} />
        <Missing node={node} />
      </div>
      <div className="mt-1 flex flex-wrap items-baseline justify-between gap-x-4 text-13 text-muted">
        <StatusBadge status={node.status} />
        <span className="ml-auto text-right">
          {node.used === undefined || node.memTotal === undefined ? null : (
            <UnbrokenSizes text={`${formatPercent(node.used, node.memTotal)} used · `} />
          )}
          <Age node={node} now={now} />
        </span>
      </div>
    </li>
  );
}

function NodeLink({ node }: { readonly node: NodeRow }) {
  return (
    <Link
      href={`/nodes/${encodeURIComponent(node.node)}` as Route}
      className="min-w-0 font-medium hover:text-accent hover:underline"
    >
      {/* An agent may name its node otherwise than the host. */}
      {node.lastSampleAt ? node.node : (node.hostname ?? node.node)}
    </Link>
  );
}

function Missing({ node }: { readonly node: NodeRow }) {
  if (node.unaccounted === undefined) return <Unknown why="The snapshot does not give MemTotal" />;
  return (
    <span className="shrink-0 font-medium">
      <Size bytes={node.unaccounted} />
    </span>
  );
}

function Used({ node }: { readonly node: NodeRow }) {
  const { used, memTotal, unaccounted } = node;
  if (used === undefined || memTotal === undefined)
    return <Unknown why="The snapshot does not give MemTotal" />;
  return (
    <>
      <Size bytes={used} />
      <span className="ml-2 whitespace-nowrap text-13 text-muted">
        {formatPercent(used, memTotal)}
      </span>
      <span className="mt-1.5 block">
        <MemoryBar memTotal={memTotal} used={used} unaccounted={unaccounted ?? 0} />
      </span>
    </>
  );
}

function Age({ node, now }: { readonly node: NodeRow; readonly now: number }) {
  const at = node.lastSampleAt ?? node.takenAt ?? node.receivedAt;
  const word = node.lastSampleAt || node.takenAt ? "Taken" : "Received";
  return (
    <time dateTime={at} title={`${word} ${formatInstant(at)}`}>
      {formatAge(at, now)}
    </time>
  );
}

function Unknown({ why }: { readonly why: string }) {
  return (
    <span className="text-muted" title={why}>
      —
    </span>
  );
}
