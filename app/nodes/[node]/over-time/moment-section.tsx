import { X } from "lucide-react";
import type { ReactNode } from "react";
import { formatAt } from "@/components/charts/time/zone-time";
import { MomentView } from "@/components/node/moment-view";
import { type PanelQuery, QueryPanel } from "@/components/node/query-panel";
import { Button } from "@/components/ui/button";
import { Section } from "@/components/ui/section";
import type { ApiOutputs } from "@/server/api/api-outputs";

interface MomentSectionProps {
  readonly node: string;
  readonly zone: string;
  /** The chosen moment; undefined while none is. */
  readonly atMs: number | undefined;
  readonly query: PanelQuery<ApiOutputs["nodes"]["moment"]>;
  readonly onClose: () => void;
  /** Where more can be asked for. */
  readonly children: ReactNode;
}

/** What is known of the chosen moment. */
export function MomentSection({ node, zone, atMs, query, onClose, children }: MomentSectionProps) {
  if (atMs === undefined)
    return (
      <Section id="moment" title="One moment" note={PICK_A_MOMENT}>
        {children}
      </Section>
    );
  return (
    <Section
      id="moment"
      title={`At ${formatAt(atMs, zone)}`}
      actions={
        <Button onClick={onClose}>
          <X aria-hidden className="size-4" />
          Close
        </Button>
      }
    >
      <div className="mb-5">
        <QueryPanel query={query} what="what is known of it" placeholder="h-24">
          {(known) => <MomentView node={node} moment={known} zone={zone} />}
        </QueryPanel>
      </div>
      {children}
    </Section>
  );
}

const PICK_A_MOMENT =
  "Click into the picture and choose “Findings at this moment”, or choose an event, to see what is known of it.";
