import { formatPercent } from "@/server/core/format-bytes";
import type { BucketShare, NumaComposition } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";
import { BandStrip } from "../charts/band-strip";
import { rowOf } from "../charts/composition-layout";
import { Size } from "../size";
import { ScrollArea } from "../ui/scroll-area";

/** The same ledger for every NUMA node: a leak on one of them shows here first. */
export function NumaTable({ nodes }: { readonly nodes: readonly NumaComposition[] }) {
  return (
    <ScrollArea label="NUMA nodes, table">
      <table className="w-full min-w-2xl table-fixed text-13">
        <thead className="text-left text-12 text-muted">
          <tr className="border-b">
            <th className="w-20 py-1.5 pr-4 font-normal">Node</th>
            <th className="py-1.5 pr-6 font-normal">Picture</th>
            <th className="w-28 py-1.5 pr-4 text-right font-normal">MemTotal</th>
            <th className="w-28 py-1.5 pr-4 text-right font-normal">Kernel</th>
            <th className="w-40 py-1.5 pr-4 text-right font-normal">Unaccounted</th>
            <th className="w-28 py-1.5 text-right font-normal">Free</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <NumaRow key={node.numaNode} node={node} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function NumaRow({ node }: { readonly node: NumaComposition }) {
  const { numaNode, memTotal, buckets } = node;
  const unaccounted = sum(buckets, ({ id }) => id === "allocpage");
  return (
    <tr className="border-b">
      <th scope="row" className="py-2 pr-4 text-left font-normal">
        {numaNode}
      </th>
      <td className="py-2 pr-6">
        <span className="block h-4">
          <BandStrip row={rowOf(buckets)} direction="across" />
        </span>
      </td>
      <td className="py-2 pr-4 text-right">
        <Size bytes={memTotal} />
      </td>
      <td className="py-2 pr-4 text-right">
        <Size bytes={sum(buckets, ({ id, group }) => group === "kernel" && id !== "allocpage")} />
      </td>
      <td className="whitespace-nowrap py-2 pr-4 text-right">
        <Size bytes={unaccounted} />{" "}
        <span className="text-12 text-faint">{formatPercent(unaccounted, memTotal)}</span>
      </td>
      <td className="py-2 text-right">
        <Size bytes={sum(buckets, ({ group }) => group === "free")} />
      </td>
    </tr>
  );
}

function sum(buckets: readonly BucketShare[], isIn: (share: BucketShare) => boolean): Bytes {
  return buckets.filter(isIn).reduce((total, { bytes }) => total + bytes, 0);
}
