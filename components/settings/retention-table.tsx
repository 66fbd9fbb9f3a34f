import type { ReactNode } from "react";
import { formatCount } from "@/server/core/format-bytes";
import { Size } from "../size";
import { keptFor, LEVEL_NAMES } from "./level-names";
import type { LevelId, RetentionLevel } from "./settings-types";

interface RetentionTableProps {
  readonly levels: readonly RetentionLevel[];
  /** The button that changes how long a level is kept. */
  readonly renderChange: (level: RetentionLevel) => ReactNode;
}

/** How long each level of data is kept, what it takes now, and what a day of it takes. */
export function RetentionTable({ levels, renderChange }: RetentionTableProps) {
  const byId = new Map(levels.map((level) => [level.id, level]));
  return (
    <table className="w-full table-fixed text-13">
      <thead className="text-left text-12 text-muted">
        <tr className="border-b">
          <th className="py-1.5 pr-4 font-normal">Data</th>
          <th className="w-22 py-1.5 pr-4 font-normal">Kept</th>
          <th className="hidden w-26 py-1.5 pr-4 text-right font-normal md:table-cell">Rows</th>
          <th className="hidden w-26 py-1.5 pr-4 text-right font-normal sm:table-cell">On disk</th>
          <th className="hidden w-26 py-1.5 pr-4 text-right font-normal md:table-cell">A day</th>
          <th className="hidden w-30 py-1.5 pr-4 text-right font-normal lg:table-cell">
            When full
          </th>
          <th className="w-26 py-1.5 font-normal">
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody className="align-top">
        {(Object.keys(LEVEL_NAMES) as LevelId[]).map((id) => {
          const level = byId.get(id);
          return level ? <LevelRow key={id} level={level} renderChange={renderChange} /> : null;
        })}
      </tbody>
    </table>
  );
}

interface LevelRowProps extends Pick<RetentionTableProps, "renderChange"> {
  readonly level: RetentionLevel;
}

function LevelRow({ level, renderChange }: LevelRowProps) {
  const { title, what } = LEVEL_NAMES[level.id];
  const { days, bytesPerDay } = level;
  return (
    <tr className="border-b">
      <th scope="row" className="py-2 pr-4 text-left font-normal">
        {title}
        <span className="block text-12 text-muted">{what}</span>
        <span className="block text-12 text-muted sm:hidden">
          <Size bytes={level.bytes} />
        </span>
      </th>
      <td className="py-2 pr-4">{keptFor(days)}</td>
      <td className="hidden py-2 pr-4 text-right md:table-cell">{formatCount(level.rows)}</td>
      <td className="hidden py-2 pr-4 text-right sm:table-cell">
        <Size bytes={level.bytes} />
      </td>
      <td className="hidden py-2 pr-4 text-right md:table-cell">
        <Estimate bytes={bytesPerDay} />
      </td>
      <td className="hidden py-2 pr-4 text-right lg:table-cell">
        <Estimate
          bytes={bytesPerDay === undefined || days === null ? undefined : bytesPerDay * days}
        />
      </td>
      <td className="py-1 text-right">{renderChange(level)}</td>
    </tr>
  );
}

function Estimate({ bytes }: { readonly bytes: number | undefined }) {
  if (bytes === undefined)
    return (
      <span className="text-faint" title="There is too little yet to tell">
        —
      </span>
    );
  return (
    <>
      <span className="text-faint">≈ </span>
      <Size bytes={Math.round(bytes)} />
    </>
  );
}
