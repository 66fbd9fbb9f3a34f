import type { ReactNode } from "react";
import type { SocketHolder } from "@/server/core/accounting/socket-view";
import { formatBytes, formatCount } from "@/server/core/format-bytes";
import type { Bytes } from "@/server/core/units";
import { layoutRange, rangeScale } from "../allocpage/range-layout";
import { EvidenceLink } from "../evidence-link";
import { Size } from "../size";
import { SizeRange } from "../size-range";
import { UnbrokenSizes } from "../unbroken-sizes";
import { ProcessName } from "./process-name";

interface SocketHolderTableProps {
  readonly holders: readonly SocketHolder[];
  /** What is unexplained on this node, when known: the scale that bounds are seen against. */
  readonly unexplained?: Bytes | undefined;
  readonly base: string;
}

/** Columns that a narrow screen leaves to the line below the process. */
const WIDE = "hidden md:table-cell";
const HEAD = "py-2 font-normal whitespace-nowrap";

/** Processes by what their sockets may keep in memory. */
export function SocketHolderTable({ holders, unexplained, base }: SocketHolderTableProps) {
  const scale = rangeScale(
    unexplained ?? 0,
    holders.map(({ retained }) => retained),
  );
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-y md:min-w-208 text-left">
        <caption className="sr-only">Processes by memory retained by their sockets</caption>
        <thead className="border-b text-13 text-muted">
          <tr>
            <th scope="col" className={`${HEAD} pr-4`}>
              Process
            </th>
            <th scope="col" className={`${HEAD} pr-0 text-right md:pr-4`}>
              Retains
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} pr-4 text-right`}>
              Recv-Q
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} pr-4 text-right`}>
              Send-Q
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} pr-4 text-right`}>
              Sockets
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} pr-4 text-right`}>
              Not accepted
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} pr-0`}>
              Ports
            </th>
          </tr>
        </thead>
        <tbody className="divide-y">
          {holders.map((holder) => (
            <Row
              key={`${holder.pid}/${holder.comm}/${holder.ports.join()}`}
              holder={holder}
              scale={scale}
              base={base}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly holder: SocketHolder;
  readonly scale: Bytes;
  readonly base: string;
}

function Row({ holder, scale, base }: RowProps) {
  return (
    <tr className="align-top hover:bg-sunken">
      <th scope="row" className="py-2 pr-4 font-normal md:min-w-48">
        <ProcessName {...holder} />
        <p className="text-13 text-muted md:hidden">
          <UnbrokenSizes
            text={`${formatBytes(holder.recvQ)} unread in ${formatCount(holder.socketCount)} sockets`}
          />
        </p>
      </th>
      <td className="min-w-36 py-2 pr-0 md:min-w-40 md:pr-4 text-right font-medium">
        <First holder={holder} base={base}>
          <SizeRange range={holder.retained} />
        </First>
        <Bar holder={holder} scale={scale} />
        {holder.shareOfUnexplained === undefined ? null : (
          <p className="mt-1 font-normal text-13 text-muted">
            share of the unexplained: <Size bytes={holder.shareOfUnexplained} />
          </p>
        )}
      </td>
      <td className={`${WIDE} whitespace-nowrap py-2 pr-4 text-right`}>
        <Size bytes={holder.recvQ} />
      </td>
      <td className={`${WIDE} whitespace-nowrap py-2 pr-4 text-right`}>
        <Size bytes={holder.sendQ} />
      </td>
      <td className={`${WIDE} whitespace-nowrap py-2 pr-4 text-right`}>
        {formatCount(holder.socketCount)}
      </td>
      <td className={`${WIDE} whitespace-nowrap py-2 pr-4 text-right`}>
        {formatCount(holder.waitingConnections)}
      </td>
      <td className={`${WIDE} min-w-24 py-2 font-mono text-13 text-muted`}>
        {holder.ports.join(" ") || "—"}
      </td>
    </tr>
  );
}

function Bar({ holder, scale }: Pick<RowProps, "holder" | "scale">) {
  const { certain, possible } = layoutRange(holder.retained, scale);
  return (
    <span aria-hidden className="relative mt-1.5 block h-2 bg-sunken">
      <span className="hatch absolute inset-y-0 left-0" style={{ width: `${possible}%` }} />
      <span
        className="absolute inset-y-0 left-0 bg-(--bucket-allocpage)"
        style={{ width: `${certain}%` }}
      />
    </span>
  );
}

interface FirstProps extends Pick<RowProps, "holder" | "base"> {
  readonly children: ReactNode;
}

function First({ holder, base, children }: FirstProps) {
  const [evidence] = holder.evidence;
  if (evidence === undefined) return children;
  return (
    <EvidenceLink base={base} evidence={evidence}>
      {children}
    </EvidenceLink>
  );
}
