import type { Route } from "next";
import Link from "next/link";
import { formatCount } from "@/server/core/format-bytes";
import type { Holder } from "@/server/core/report";
import { EvidenceLink } from "../evidence-link";
import { holderIdentity, holderKind, holderName, holderPlace, isCodeName } from "../holder-name";
import { keyed } from "../keyed";
import { SizeRange } from "../size-range";
import { Disclosure } from "../ui/disclosure";
import { ScrollArea } from "../ui/scroll-area";

const SHOWN = 6;

interface HoldersTableProps {
  readonly holders: readonly Holder[];
  /** Path of the snapshot's pages, for links to raw lines. */
  readonly base?: string | undefined;
}

/** Who holds the memory: kind, name and identity, where it is, how many, bounds. */
export function HoldersTable({ holders, base }: HoldersTableProps) {
  const rest = holders.slice(SHOWN);
  return (
    <>
      <Rows holders={holders.slice(0, SHOWN)} base={base} />
      {rest.length > 0 ? (
        <Disclosure summary={`${formatCount(rest.length)} more holders`}>
          <Rows holders={rest} base={base} />
        </Disclosure>
      ) : null}
    </>
  );
}

function Rows({ holders, base }: HoldersTableProps) {
  return (
    <ScrollArea label="Holders, table">
      <table className="w-full min-w-xl table-fixed text-13">
        <thead className="text-left text-12 text-muted">
          <tr className="border-b">
            <th className="w-[32%] py-1 pr-4 font-normal">Holder</th>
            <th className="w-40 py-1 pr-6 text-right font-normal">Holds</th>
            <th className="w-36 py-1 pr-8 text-right font-normal">Count</th>
            <th className="py-1 font-normal">Where</th>
          </tr>
        </thead>
        <tbody className="align-top">
          {keyed(holders, holderKey).map(({ key, item }) => (
            <HolderRow key={key} holder={item} base={base} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

interface HolderRowProps extends Pick<HoldersTableProps, "base"> {
  readonly holder: Holder;
}

function HolderRow({ holder, base }: HolderRowProps) {
  const identity = holderIdentity(holder);
  return (
    <tr className="border-b">
      <th scope="row" className="py-1.5 pr-4 text-left font-normal">
        <span
          className={`line-clamp-3 font-medium ${isCodeName(holder) ? "font-mono text-12" : ""}`}
          title={holderName(holder)}
        >
          {holderName(holder)}
        </span>
        <span className="block text-12 text-muted">
          {[holderKind(holder.kind), identity].filter(Boolean).join(" · ")}
        </span>
      </th>
      <td className="py-1.5 pr-6 text-right font-medium">
        <HolderSize holder={holder} base={base} />
      </td>
      <td className="whitespace-nowrap py-1.5 pr-8 text-right">
        {holder.count === undefined ? "—" : formatCount(holder.count)}
      </td>
      <td className="py-1.5 font-mono text-12 text-muted">
        {holderPlace(holder).map((place) => (
          <span key={place} className="line-clamp-3" title={place}>
            {place}
          </span>
        ))}
        <SitesLink holder={holder} base={base} />
      </td>
    </tr>
  );
}

/** A line of code leads to its place among all that allocated. */
function SitesLink({ holder, base }: HolderRowProps) {
  if (base === undefined || holder.kind !== "callSite" || !holder.name) return null;
  const search = encodeURIComponent(holderName(holder));
  return (
    <Link
      href={`${base}/allocpage?search=${search}&bucket=all#sites` as Route}
      prefetch={false}
      className="link inline-flex min-h-6 items-center font-sans"
    >
      among all sites
    </Link>
  );
}

function holderKey({ kind, pid, fd, inode, name, local, peer, comm, cgroup }: Holder): string {
  return [kind, pid, fd, inode, name, local, peer, comm, cgroup].join("|");
}

/** The bounds; they lead to the line they were read from where the holder has one of its own. */
function HolderSize({ holder: { bytes, evidence }, base }: HolderRowProps) {
  const [first] = evidence ?? [];
  if (!first) return <SizeRange range={bytes} />;
  return (
    <EvidenceLink base={base} evidence={first}>
      <SizeRange range={bytes} />
    </EvidenceLink>
  );
}
