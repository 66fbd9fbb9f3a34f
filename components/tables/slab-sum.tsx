import type { SlabView } from "@/server/core/accounting/slab";
import type { Evidence } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";
import { EvidenceLink } from "../evidence-link";
import { Size } from "../size";

/** meminfo's Slab beside the sum of the caches, and what of it is in no cache. */
export function SlabSum({ view, base }: { readonly view: SlabView; readonly base: string }) {
  return (
    <dl className="grid grid-cols-2 gap-x-8 gap-y-4 border-y py-4 sm:grid-cols-3 lg:grid-cols-5">
      <Figure term="Slab" bytes={view.slab?.value} evidence={view.slab} base={base} />
      <Figure
        term="SReclaimable"
        bytes={view.reclaimable?.value}
        evidence={view.reclaimable}
        base={base}
      />
      <Figure
        term="SUnreclaim"
        bytes={view.unreclaimable?.value}
        evidence={view.unreclaimable}
        base={base}
      />
      <Figure term="Sum of the caches" bytes={view.sumOfCaches} base={base} />
      <Figure
        term="In no cache (large kmalloc)"
        bytes={view.largeKmalloc?.value}
        evidence={view.largeKmalloc}
        base={base}
      />
    </dl>
  );
}

interface FigureProps {
  readonly term: string;
  readonly bytes: Bytes | undefined;
  readonly evidence?: Evidence | undefined;
  readonly base: string;
}

function Figure({ term, bytes, evidence, base }: FigureProps) {
  return (
    <div>
      <dt className="text-13 text-muted">{term}</dt>
      <dd className="mt-0.5 text-16">
        {bytes === undefined ? (
          <span className="text-muted" title="This snapshot does not say">
            —
          </span>
        ) : evidence === undefined ? (
          <Size bytes={bytes} />
        ) : (
          <EvidenceLink base={base} evidence={evidence}>
            <Size bytes={bytes} />
          </EvidenceLink>
        )}
      </dd>
    </div>
  );
}
