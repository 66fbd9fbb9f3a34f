import { formatCount } from "@/server/core/format-bytes";
import type { CgroupShare } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";
import { EvidenceLink } from "../evidence-link";
import { keyed } from "../keyed";
import { Size } from "../size";
import { Disclosure } from "../ui/disclosure";
import { ScrollArea } from "../ui/scroll-area";

interface CgroupTableProps {
  readonly cgroups: readonly CgroupShare[];
  readonly base: string | undefined;
}

const SHOWN = 8;
const MOST = 200;

/** What is charged to each control group, the largest first. */
export function CgroupTable({ cgroups, base }: CgroupTableProps) {
  const sorted = cgroups.toSorted((a, b) => (b.current ?? 0) - (a.current ?? 0)).slice(0, MOST);
  const rest = sorted.slice(SHOWN);
  return (
    <>
      <Rows cgroups={sorted.slice(0, SHOWN)} base={base} />
      {rest.length > 0 ? (
        <Disclosure summary={`${formatCount(rest.length)} more groups`}>
          <Rows cgroups={rest} base={base} />
        </Disclosure>
      ) : null}
    </>
  );
}

function Rows({ cgroups, base }: CgroupTableProps) {
  return (
    <ScrollArea label="Control groups, table">
      <table className="w-full min-w-3xl table-fixed text-13">
        <thead className="text-left text-12 text-muted">
          <tr className="border-b">
            <th className="py-1.5 pr-4 font-normal">Group</th>
            {["Charged", "Anonymous", "File", "Kernel", "Sockets", "Other kernel"].map((name) => (
              <th key={name} className="w-26 py-1.5 pr-4 text-right font-normal last:pr-0">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="align-top">
          {keyed(cgroups, ({ path }) => path).map(({ key, item }) => (
            <CgroupRow key={key} cgroup={item} base={base} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function CgroupRow({ cgroup, base }: { cgroup: CgroupShare; base: string | undefined }) {
  const { path, pod, current, anon, file, kernel, sock, kernelOther, evidence } = cgroup;
  const source = evidence?.[0];
  const charged = <Amount bytes={current} />;
  return (
    <tr className="border-b">
      <th scope="row" className="py-1.5 pr-4 text-left font-normal">
        <span className="line-clamp-2 font-mono text-12" title={path}>
          {path}
        </span>
        {pod ? <span className="line-clamp-2 text-12 text-muted">pod {pod}</span> : null}
      </th>
      <td className="py-1.5 pr-4 text-right font-medium">
        {source ? (
          <EvidenceLink base={base} evidence={source}>
            {charged}
          </EvidenceLink>
        ) : (
          charged
        )}
      </td>
      {Object.entries({ anon, file, kernel, sock, kernelOther }).map(([name, bytes]) => (
        <td key={name} className="py-1.5 pr-4 text-right last:pr-0">
          <Amount bytes={bytes} />
        </td>
      ))}
    </tr>
  );
}

/** Unknown is not zero. */
function Amount({ bytes }: { readonly bytes: Bytes | undefined }) {
  if (bytes === undefined) return <span title="this snapshot does not say">—</span>;
  return <Size bytes={bytes} />;
}
