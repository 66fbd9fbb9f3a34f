import { formatBytesDifference } from "@/server/core/format-bytes";
import { Size } from "../../size";
import { LineSwatch } from "./line-swatch";
import type { PanelLine } from "./panel-model";
import { nearestIndex } from "./plot-geometry";
import { TooltipCard } from "./tooltip-card";

interface PanelTooltipProps {
  readonly lines: readonly PanelLine[];
  /** A moment of the panel. */
  readonly atMs: number;
  readonly zone: string;
  readonly isPinned: boolean;
  readonly onUnpin: () => void;
  readonly onMoment: (ms: number) => void;
}

/** The drawn lines at one moment, largest first. A line that the sample did not list has no row. */
export function PanelTooltip({ lines, atMs, ...props }: PanelTooltipProps) {
  const rows = lines
    .flatMap((line) => {
      const { points } = line.series;
      const at =
        points[
          nearestIndex(
            points.map((each) => each.atMs),
            atMs,
          )
        ];
      const first = points[0];
      if (!at || !first || at.atMs !== atMs) return [];
      return [{ line, bytes: at.bytes, change: at.bytes - first.bytes }];
    })
    .toSorted((a, b) => b.bytes - a.bytes);
  const tsv = [
    ["name", "bytes", "change in bytes since the start of the window"],
    ...rows.map(({ line, bytes, change }) => [
      line.series.name.replaceAll(/[\t\r\n]/g, " "),
      bytes,
      change,
    ]),
  ]
    .map((cells) => cells.join("\t"))
    .join("\n");
  const json = JSON.stringify(
    {
      at: new Date(atMs).toISOString(),
      lines: rows.map(({ line, bytes }) => ({ name: line.series.name, bytes })),
    },
    undefined,
    2,
  );
  return (
    <TooltipCard
      {...props}
      atMs={atMs}
      copies={[
        { what: "TSV", text: tsv },
        { what: "JSON", text: json },
      ]}
    >
      <table className="mt-1 w-full table-fixed">
        <colgroup>
          <col />
          <col className="w-20" />
          <col className="w-20" />
        </colgroup>
        <thead className="sr-only">
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Size</th>
            <th scope="col">Change since the start of the window</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ line, bytes, change }) => (
            <tr key={line.id}>
              <th scope="row" className="py-px text-left font-normal" title={line.series.name}>
                <span className="flex items-center gap-1.5">
                  <LineSwatch shape={line.shape} />
                  <bdi className="truncate">{line.name}</bdi>
                </span>
              </th>
              <td className="pl-2 text-right text-ink">
                <Size bytes={bytes} />
              </td>
              <td className="whitespace-nowrap pl-2 text-right text-faint">
                {formatBytesDifference(change)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TooltipCard>
  );
}
