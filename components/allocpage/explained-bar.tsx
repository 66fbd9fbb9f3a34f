import type { AllocpageView } from "@/server/core/accounting/allocpage";
import { formatBytes, formatPercent } from "@/server/core/format-bytes";
import { Size } from "../size";
import { UnbrokenSizes } from "../unbroken-sizes";

/** Allocpage in two: what the protocol counters own up to, and what nobody does. */
export function ExplainedBar({ view }: { readonly view: AllocpageView }) {
  const { bytes, explained, unexplained } = view;
  const share = bytes > 0 ? Math.min(100, (explained / bytes) * 100) : 0;
  return (
    <div>
      <div
        role="img"
        aria-label={`${formatBytes(explained)} explained, ${formatBytes(unexplained)} unexplained`}
        className="flex h-6 gap-px overflow-hidden rounded-mark bg-sunken"
      >
        <span className="bg-(--bucket-sockets)" style={{ width: `${share}%` }} />
        {unexplained > 0 ? <span className="hatch grow" /> : null}
      </div>
      <dl className="mt-3 grid gap-x-8 gap-y-3 sm:grid-cols-2">
        <div>
          <dt className="flex items-center gap-2 text-13 text-muted">
            <span aria-hidden className="size-3 rounded-mark bg-(--bucket-sockets)" />
            Explained: the sockets’ own counter (sockstat)
          </dt>
          <dd className="mt-0.5 text-16">
            <Size bytes={explained} />
          </dd>
        </div>
        <div>
          <dt className="flex items-center gap-2 text-13 text-muted">
            <span aria-hidden className="hatch size-3 rounded-mark" />
            <span>
              <UnbrokenSizes
                text={`Unexplained: ${formatPercent(unexplained, bytes)} of allocpage`}
              />
            </span>
          </dt>
          <dd className="mt-0.5 font-semibold text-16">
            <Size bytes={unexplained} />
          </dd>
        </div>
      </dl>
    </div>
  );
}
