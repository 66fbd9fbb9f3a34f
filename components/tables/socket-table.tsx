import { EyeOff } from "lucide-react";
import type { RetainedSocket } from "@/server/core/accounting/socket-view";
import { formatBytes, formatCount } from "@/server/core/format-bytes";
import { EvidenceLink } from "../evidence-link";
import { SizeRange } from "../size-range";
import { UnbrokenSizes } from "../unbroken-sizes";
import { ProcessName } from "./process-name";

interface SocketTableProps {
  readonly sockets: readonly RetainedSocket[];
  readonly base: string;
}

/** Columns that a narrow screen leaves to the lines below the address. */
const WIDE = "hidden md:table-cell";
const HEAD = "py-2 font-normal whitespace-nowrap";

/** Sockets by what they may retain: queue → fd → pid → pod. */
export function SocketTable({ sockets, base }: SocketTableProps) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-y md:min-w-224 text-left">
        <caption className="sr-only">Sockets by retained memory</caption>
        <thead className="border-b text-13 text-muted">
          <tr>
            <th scope="col" className={`${HEAD} pr-4`}>
              Socket
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} pr-4`}>
              State
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} pr-4 text-right`}>
              Recv-Q
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} pr-4 text-right`}>
              Send-Q
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} pr-4 text-right`}>
              Charged (r + w)
            </th>
            <th scope="col" className={`${HEAD} pr-0 text-right md:pr-4`}>
              Retains
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} pr-4 text-right`}>
              fd
            </th>
            <th scope="col" className={`${HEAD} ${WIDE} pr-0`}>
              Process
            </th>
          </tr>
        </thead>
        <tbody className="divide-y">
          {sockets.map((socket, index) => (
            // A socket without inode has no key of its own; the list is drawn once.
            // biome-ignore lint/suspicious/noArrayIndexKey: rows never move
            <Row key={index} socket={socket} base={base} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ socket, base }: { readonly socket: RetainedSocket; readonly base: string }) {
  return (
    <tr className="align-top hover:bg-sunken">
      <th scope="row" className="py-2 md:min-w-72 pr-4 font-normal">
        <span className="font-mono text-13">
          {socket.local ?? "—"}
          {socket.peer === undefined ? "" : ` ← ${socket.peer}`}
        </span>
        <p className="text-12 text-muted">{origin(socket)}</p>
        <div className="text-12 md:hidden">
          <ProcessName {...socket} state={socket.processState} />
          <p className="text-muted">
            <UnbrokenSizes text={narrowFacts(socket)} />
          </p>
        </div>
        <Marks socket={socket} />
      </th>
      <td className={`${WIDE} whitespace-nowrap py-2 pr-4 font-mono text-13`}>
        {socket.state ?? "—"}
      </td>
      <td className={`${WIDE} whitespace-nowrap py-2 pr-4 text-right`}>
        <EvidenceLink base={base} evidence={socket.evidence}>
          {queueWords(socket)}
        </EvidenceLink>
      </td>
      <td className={`${WIDE} whitespace-nowrap py-2 pr-4 text-right`}>
        {bytesOrDash(socket.sendQ)}
      </td>
      <td className={`${WIDE} whitespace-nowrap py-2 pr-4 text-right`}>
        {bytesOrDash(charged(socket))}
      </td>
      <td className="py-2 text-right font-medium md:pr-4">
        <EvidenceLink base={base} evidence={socket.evidence}>
          <SizeRange range={socket.retained} />
        </EvidenceLink>
        {socket.formula === undefined ? null : (
          <p className="ml-auto hidden min-w-48 max-w-64 font-mono font-normal text-12 text-muted md:block">
            {socket.formula}
          </p>
        )}
      </td>
      <td className={`${WIDE} whitespace-nowrap py-2 pr-4 text-right`}>{socket.fd ?? "—"}</td>
      <td className={`${WIDE} min-w-48 py-2`}>
        <ProcessName {...socket} state={socket.processState} />
        <OtherUsers socket={socket} />
      </td>
    </tr>
  );
}

function Marks({ socket }: { readonly socket: RetainedSocket }) {
  return (
    <>
      {socket.isUnreadSincePreviousLook ? (
        <p className="flex items-baseline gap-1 font-medium text-12 text-held">
          <EyeOff aria-hidden className="size-3.5 translate-y-0.5 shrink-0" />
          nothing read since the previous look
        </p>
      ) : null}
      {socket.isInAcceptQueue ? (
        <p className="text-12 text-suspect">in the accept queue: nobody has accepted it</p>
      ) : null}
    </>
  );
}

function OtherUsers({ socket }: { readonly socket: RetainedSocket }) {
  const others = socket.users.filter(({ pid }) => pid !== socket.pid);
  if (others.length === 0) return null;
  const names = others.slice(0, 4).map(({ comm, pid }) => `${comm} ${pid}`);
  const more = others.length - names.length;
  return (
    <p className="text-13 text-muted">
      also held by {names.join(", ")}
      {more > 0 ? ` and ${more} more` : ""}
    </p>
  );
}

function origin({ family, inode, netns, drops }: RetainedSocket): string {
  const parts = [
    family,
    inode === undefined ? "" : `inode ${inode}`,
    netns,
    drops ? `${formatCount(drops)} dropped` : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

/** What the left-out columns say, in one line. */
function narrowFacts(socket: RetainedSocket): string {
  const fd = socket.fd === undefined ? undefined : `fd ${socket.fd}`;
  return [socket.state, `Recv-Q ${queueWords(socket)}`, fd].filter(Boolean).join(" · ");
}

/** For a listener Recv-Q counts connections that wait; for all others it is bytes. */
function queueWords({ state, recvQ }: RetainedSocket): string {
  if (recvQ === undefined) return "—";
  return state === "LISTEN" ? `${formatCount(recvQ)} waiting` : formatBytes(recvQ);
}

function charged({ rmem, wmem }: RetainedSocket): number | undefined {
  return rmem === undefined && wmem === undefined ? undefined : (rmem ?? 0) + (wmem ?? 0);
}

function bytesOrDash(bytes: number | undefined): string {
  return bytes === undefined ? "—" : formatBytes(bytes);
}
