"use client";

import { useState } from "react";
import { ApiProvider, useApiClient } from "@/app/api-provider";
import { LedgerOverTime } from "@/components/charts/ledger-over-time";
import { TimePanels } from "@/components/charts/time-panels";
import { LackList } from "@/components/node/node-facts";
import { QueryPanel } from "@/components/node/query-panel";
import { SnapshotRequest } from "@/components/node/snapshot-request";
import { TimeToolbar } from "@/components/time/time-toolbar";
import { Notices } from "@/components/ui/notices";
import { Section } from "@/components/ui/section";
import { EventsSection } from "./events-section";
import type { InitialData } from "./initial-data";
import { MomentSection } from "./moment-section";
import { type NewestSnapshot, NodeNow } from "./node-now";
import { useClockSpeed } from "./use-clock-speed";
import { useLive } from "./use-live";
import { useNodeData } from "./use-node-data";
import { useRangeHistory } from "./use-range-history";
import { useTimeUrl } from "./use-time-url";
import { ViewChoice } from "./view-choice";

interface NodeOverTimeProps {
  readonly node: string;
  readonly pathname: string;
  /** As an earlier visit left it. */
  readonly knownZone: string | undefined;
  readonly newest: NewestSnapshot | undefined;
  readonly initial: InitialData;
}

/** A node whose agent pushes: what is thought of it, its memory over time, and what is known of one moment. */
export function NodeOverTime(props: NodeOverTimeProps) {
  return (
    <ApiProvider>
      <OverTime {...props} />
    </ApiProvider>
  );
}

function OverTime({ node, pathname, knownZone, newest, initial }: NodeOverTimeProps) {
  const { nodes } = useApiClient();
  const [nowMs, setNowMs] = useState(initial.standing.nowMs);
  const url = useTimeUrl({ pathname, nowMs, knownZone });
  const { zone, range, momentMs } = url;
  const clockSpeed = useClockSpeed(nowMs);
  const { history: known } = initial;
  const live = useLive({ range, isPlaying: url.isPlaying, known, clockSpeed });
  const data = useNodeData({ node, range, zone, momentMs, initial, everyMs: live.everyMs });
  const { standing, history, panels, events, moment } = data;
  const latestNow = Math.max(standing.nowMs, history.data?.nowMs ?? 0);
  if (latestNow > nowMs) setNowMs(latestNow);
  const past = useRangeHistory(range, url.push);

  // While the new range is on its way the toolbar tells what was asked for; then what the data span.
  const shown = history.data && !history.isOld ? { ...range, ...spanOf(history.data) } : range;
  const chart = {
    zone,
    momentMs,
    onZoom: past.zoom,
    onZoomBack: past.back,
    onMoment: (ms: number) => url.push({ moment: String(Math.round(ms)) }),
  };

  async function requestSnapshot(): Promise<void> {
    await nodes.requestSnapshot.mutate({ node });
    await data.refreshStanding();
  }

  return (
    <div className="space-y-8">
      <NodeNow standing={standing} newest={newest} zone={zone} intervalMs={live.intervalMs} />
      <div>
        <Notices notices={url.notices} />
        <TimeToolbar
          range={shown}
          zone={zone}
          browserZone={url.browserZone}
          nowMs={latestNow}
          isBusy={history.isFetching}
          live={live.control(() => url.push({ live: url.isPlaying ? "off" : undefined }))}
          onBack={past.canGoBack ? past.back : undefined}
          onRange={past.go}
          onZone={(tz) => url.push({ tz })}
          onRefresh={data.refresh}
          hrefOf={past.hrefOf(url.hrefOf)}
        >
          <ViewChoice view={url.view} onView={(view) => url.push({ view })} />
        </TimeToolbar>
        <div className="mt-4 space-y-10" {...live.hold}>
          <QueryPanel query={history} what="the picture" placeholder="h-96">
            {(known) => (
              <LedgerOverTime
                {...chart}
                history={known}
                events={events.data ?? []}
                view={url.view}
                isolated={url.isolated}
                onIsolate={(ids) => url.push({ only: ids.join(",") || undefined })}
              />
            )}
          </QueryPanel>
          <MomentSection
            node={node}
            zone={zone}
            atMs={momentMs}
            query={moment}
            onClose={() => url.push({ moment: undefined })}
          >
            <SnapshotRequest
              requestedAtMs={standing.requestedAtMs}
              nowMs={standing.nowMs}
              onRequest={requestSnapshot}
            />
          </MomentSection>
          <Section
            id="holders"
            title="Who may hold it"
            note="The largest, and those that grew most in this span of time."
          >
            <QueryPanel query={panels} what="slab caches, holders and cgroups" placeholder="h-96">
              {(known) =>
                history.data ? (
                  <TimePanels {...chart} panels={known} history={history.data} />
                ) : null
              }
            </QueryPanel>
          </Section>
        </div>
      </div>
      <EventsSection
        node={node}
        zone={zone}
        query={events}
        momentMs={momentMs}
        presentMs={Math.min(latestNow, shown.toMs)}
        onMoment={chart.onMoment}
        onChange={data.refreshEvents}
      />
      <Section
        id="limits"
        title="Limits of its data"
        note="What its newest push lacked or put in doubt, and what that hides."
      >
        <LackList lacks={standing.latest?.lacks ?? []} />
      </Section>
    </div>
  );
}

function spanOf({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) {
  return { fromMs, toMs };
}
