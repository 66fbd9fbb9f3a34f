import { formatCount, formatPercent } from "@/server/core/format-bytes";
import type { Bytes } from "@/server/core/units";
import { keyed } from "../keyed";
import { Size } from "../size";
import { ScrollArea } from "../ui/scroll-area";
import type { SiteSum } from "./site-selection";
import { Change } from "./site-table";

interface SiteSumTableProps {
  readonly sums: readonly SiteSum[];
  /** What one row is. */
  readonly heading: string;
  readonly whole: Bytes;
}

/** The sites added up by module or by subsystem. */
export function SiteSumTable({ sums, heading, whole }: SiteSumTableProps) {
  const isComparison = sums.some(({ change }) => change !== undefined);
  return (
    <ScrollArea label={`${heading}, table`}>
      <table className="w-full table-fixed md:min-w-xl border-y text-left text-13">
        <caption className="sr-only">Allocations by {heading.toLowerCase()}</caption>
        <thead className="border-b text-12 text-muted">
          <tr>
            <th scope="col" className="py-2 pr-6 font-normal">
              {heading}
            </th>
            <th scope="col" className="w-28 py-2 pr-4 text-right font-normal">
              Size
            </th>
            {isComparison ? (
              <th scope="col" className="w-28 py-2 pr-4 text-right font-normal">
                Change
              </th>
            ) : null}
            <th scope="col" className="hidden w-28 py-2 pr-4 text-right font-normal md:table-cell">
              Allocations
            </th>
            <th scope="col" className="hidden w-20 py-2 text-right font-normal md:table-cell">
              Sites
            </th>
          </tr>
        </thead>
        <tbody className="divide-y align-top">
          {keyed(sums, ({ name }) => name).map(({ key, item }) => (
            <tr key={key} className="hover:bg-sunken">
              <th scope="row" className="py-2 pr-6 font-normal">
                <span className="line-clamp-2 font-medium font-mono text-12" title={item.name}>
                  {item.name}
                </span>
                {item.subsystem ? (
                  <span className="text-12 text-muted">{item.subsystem}</span>
                ) : null}
              </th>
              <td className="py-2 pr-4 text-right">
                <Size bytes={item.bytes} />
                <p className="whitespace-nowrap text-12 text-muted">
                  {formatPercent(item.bytes, whole)}
                </p>
              </td>
              {isComparison ? (
                <td className="py-2 pr-4 text-right">
                  <Change bytes={item.change ?? 0} />
                </td>
              ) : null}
              <td className="hidden py-2 pr-4 text-right md:table-cell">
                {formatCount(item.calls)}
              </td>
              <td className="hidden py-2 text-right md:table-cell">{formatCount(item.sites)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
