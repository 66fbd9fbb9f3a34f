import type { AllocpageView } from "@/server/core/accounting/allocpage";
import { formatBytes, formatPercent } from "@/server/core/format-bytes";
import { EvidenceLink } from "../evidence-link";
import { Size } from "../size";

interface CensusTableProps {
  readonly census: NonNullable<AllocpageView["census"]>;
  readonly pageSize: number;
  readonly base: string;
}

/** Pages that nobody owns, counted one by one and sorted by the size of their block. */
export function CensusTable({ census, pageSize, base }: CensusTableProps) {
  const total = census.reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    <table className="w-full max-w-prose text-left">
      <caption className="sr-only">Pages without an owner by order</caption>
      <thead className="border-b text-13 text-muted">
        <tr>
          <th scope="col" className="py-2 pr-4 font-normal">
            Order
          </th>
          <th scope="col" className="py-2 pr-6 text-right font-normal">
            Block
          </th>
          <th scope="col" className="py-2 pr-6 text-right font-normal">
            Size
          </th>
          <th scope="col" className="w-2/5 py-2 font-normal">
            Share of the census
          </th>
        </tr>
      </thead>
      <tbody className="divide-y">
        {census.map(({ order, bytes, evidence }) => (
          <tr key={order}>
            <th scope="row" className="py-1.5 pr-4 font-normal">
              {order}
            </th>
            <td className="whitespace-nowrap py-1.5 pr-6 text-right text-muted">
              {formatBytes(pageSize * 2 ** order)}
            </td>
            <td className="py-1.5 pr-6 text-right">
              <EvidenceLink base={base} evidence={evidence}>
                <Size bytes={bytes} />
              </EvidenceLink>
            </td>
            <td className="py-1.5">
              <span className="flex items-center gap-3">
                <span className="h-2 grow bg-sunken">
                  <span
                    className="hatch block h-full"
                    style={{ width: `${total > 0 ? (bytes / total) * 100 : 0}%` }}
                  />
                </span>
                <span className="w-16 whitespace-nowrap text-right text-13 text-muted">
                  {formatPercent(bytes, total)}
                </span>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
