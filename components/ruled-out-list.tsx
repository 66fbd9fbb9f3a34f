import { formatBytes } from "@/server/core/format-bytes";
import type { RuledOut } from "@/server/core/report";
import { keyed } from "./keyed";

/** Causes that could have explained it, and why they do not. */
export function RuledOutList({ ruledOut }: { readonly ruledOut: readonly RuledOut[] }) {
  return (
    <ul className="divide-y">
      {keyed(ruledOut, ({ id }) => id).map(({ key, item: { id, title, why, bytes } }) => (
        <li
          key={key}
          className="grid grid-cols-1 gap-x-6 py-2 text-13 sm:grid-cols-[minmax(0,16rem)_minmax(0,1fr)_9rem]"
        >
          <span className="font-medium">{title ?? id.replaceAll("-", " ")}</span>
          <span className="text-muted">{why}</span>
          <span className="whitespace-nowrap text-muted sm:text-right">
            at most {formatBytes(bytes.upper)}
          </span>
        </li>
      ))}
    </ul>
  );
}
