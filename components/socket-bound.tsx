import type { ReactNode } from "react";
import type { RetainedSocket, SocketView } from "@/server/core/accounting/socket-view";
import { formatCount } from "@/server/core/format-bytes";
import { type Bytes, KIB } from "@/server/core/units";
import { EvidenceLink } from "./evidence-link";
import { Size } from "./size";

interface SocketBoundProps {
  readonly view: SocketView;
  readonly pageSize: Bytes;
  /** What is unexplained on this node, when known. */
  readonly unexplained?: Bytes | undefined;
  readonly base: string;
}

/**
 * Why little unread data can keep a lot of memory, with this node's numbers: each skb holds one
 * head and up to 17 fragments, and a fragment of a few bytes keeps a block of 8 pages.
 * Source: MAX_SKB_FRAGS in include/linux/skbuff.h; SKB_FRAG_PAGE_ORDER in net/core/sock.c.
 */
export function SocketBound({ view, pageSize, unexplained, base }: SocketBoundProps) {
  const { skbBound, sockstatTcp } = view;
  const slices = sumSlices(view.sockets);
  return (
    <div className="space-y-4">
      {skbBound ? (
        <Bound
          title="By the skbs of the node"
          formula={`${formatCount(skbBound.skbs)} skbs × (1 + 17) blocks × ${formatCount(skbBound.pagesPerSkb / 18)} pages × ${wholeKib(pageSize)}`}
          bytes={skbBound.bytes}
        >
          {skbBound.evidence.map((evidence) => (
            <li key={`${evidence.file}:${evidence.line}:${evidence.text}`}>
              <EvidenceLink base={base} evidence={evidence}>
                {evidence.text}: {formatCount(evidence.value)}
              </EvidenceLink>
            </li>
          ))}
        </Bound>
      ) : null}
      {slices.count > 0 ? (
        <Bound
          title="By the slices in unread queues"
          formula={`${formatCount(slices.count)} slices × ${slices.blockWords}`}
          bytes={slices.bytes}
        />
      ) : null}
      <dl className="flex flex-wrap gap-x-12 gap-y-3">
        {sockstatTcp ? (
          <div>
            <dt className="text-13 text-muted">What TCP itself counts (sockstat mem)</dt>
            <dd className="text-16">
              <EvidenceLink base={base} evidence={sockstatTcp}>
                <Size bytes={sockstatTcp.value} />
              </EvidenceLink>
            </dd>
          </div>
        ) : null}
        {unexplained === undefined ? null : (
          <div>
            <dt className="text-13 text-muted">Unexplained on this node</dt>
            <dd className="font-semibold text-16">
              <Size bytes={unexplained} />
            </dd>
          </div>
        )}
      </dl>
    </div>
  );
}

interface BoundProps {
  readonly title: string;
  readonly formula: string;
  readonly bytes: Bytes;
  readonly children?: ReactNode;
}

function Bound({ title, formula, bytes, children }: BoundProps) {
  return (
    <div>
      <h3 className="text-13 text-muted">{title}</h3>
      <p className="mt-1">
        <span className="font-mono text-13">{formula} = </span>
        <span className="font-semibold">
          at most <Size bytes={bytes} />
        </span>
      </p>
      {children ? <ul className="leading-6 mt-1 text-13 text-muted">{children}</ul> : null}
    </div>
  );
}

interface SliceSum {
  readonly count: number;
  readonly bytes: Bytes;
  readonly blockWords: string;
}

/** A page or block size as it is spoken of: 4 KiB, not 4.00 KiB. */
function wholeKib(bytes: Bytes): string {
  return `${formatCount(bytes / KIB)} KiB`;
}

/** Slices of all sockets and the blocks they may pin; blocks may differ in size between sockets. */
function sumSlices(sockets: readonly Pick<RetainedSocket, "slices" | "blockBytes">[]): SliceSum {
  let count = 0;
  let bytes = 0;
  const blocks = new Set<Bytes>();
  for (const { slices, blockBytes } of sockets) {
    if (!slices || !blockBytes) continue;
    count += slices;
    bytes += slices * blockBytes;
    blocks.add(blockBytes);
  }
  const sizes = [...blocks].sort((a, b) => a - b).map(wholeKib);
  return { count, bytes, blockWords: sizes.join(" or ") };
}
