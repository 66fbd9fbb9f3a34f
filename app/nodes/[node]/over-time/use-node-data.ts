"use client";

import {
  keepPreviousData,
  type QueryKey,
  type UseQueryResult,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { TRPCClientError } from "@trpc/client";
import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useApiClient } from "@/app/api-provider";
import type { PanelQuery } from "@/components/node/query-panel";
import type { TimeRange } from "@/server/core/time/time-range";
import { type InitialData, reachOf, spanKeyOf } from "./initial-data";

interface NodeDataQuery {
  readonly node: string;
  readonly range: TimeRange;
  readonly zone: string;
  readonly momentMs: number | undefined;
  readonly initial: InitialData;
  /** Between two reads while the page is live; false when it stands still. */
  readonly everyMs: number | false;
}

const STANDING_MS = 15_000;
const AWAITING_MS = 3000;
/** Everything the page reads over time, each part by itself: as the server rendered it first, then by the browser. */
export function useNodeData(query: NodeDataQuery) {
  const { node, range, zone, momentMs, initial, everyMs } = query;
  const { nodes } = useApiClient();
  const { from, to } = range;
  const span = { node, from, to, zone };
  const spanKey = spanKeyOf(range, zone);
  const known = initial.spanKey === spanKey ? initial : undefined;
  const shared = {
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    retry: 1,
  } as const;
  const overTime = { ...shared, refetchInterval: everyMs } as const;

  const history = useQuery({
    ...overTime,
    queryKey: ["history", node, spanKey],
    queryFn: ({ signal }) => nodes.history.query(span, { signal }),
    ...(known?.history && { initialData: known.history }),
  });
  const panels = useQuery({
    ...overTime,
    queryKey: ["panels", node, spanKey],
    queryFn: ({ signal }) => nodes.panels.query(span, { signal }),
    ...(known?.panels && { initialData: known.panels }),
  });
  const events = useQuery({
    ...overTime,
    queryKey: ["events", node, spanKey],
    queryFn: ({ signal }) => nodes.events.query(span, { signal }),
    ...(known?.events && { initialData: known.events }),
  });
  const standing = useQuery({
    ...shared,
    queryKey: ["standing", node, zone],
    queryFn: ({ signal }) => nodes.verdict.query({ node, zone }, { signal }),
    ...(initial.zone === zone && { initialData: initial.standing }),
    refetchInterval: ({ state }) =>
      state.data?.requestedAtMs !== undefined ? AWAITING_MS : everyMs && STANDING_MS,
  });
  const reachMs = reachOf(range);
  const moment = useQuery({
    ...shared,
    enabled: momentMs !== undefined,
    queryKey: ["moment", node, momentMs, reachMs],
    queryFn: ({ signal }) => nodes.moment.query({ node, atMs: momentMs ?? 0, reachMs }, { signal }),
    ...(initial.moment?.atMs === momentMs && initial.moment && { initialData: initial.moment }),
  });
  const now = standing.data ?? initial.standing;
  useArrival(node, now.requestedAtMs);

  return {
    history: usePanelQuery(history, ["history", node]),
    panels: usePanelQuery(panels, ["panels", node]),
    events: usePanelQuery(events, ["events", node]),
    moment: usePanelQuery(moment, ["moment", node]),
    standing: now,
    refreshStanding: () => standing.refetch(),
    refreshEvents: () => events.refetch(),
    refresh: () => {
      for (const part of [history, panels, events, standing]) void part.refetch();
    },
  };
}

/** What a part shows of its query. What was read before stays until something else has been read, also when that fails. */
function usePanelQuery<T>(result: UseQueryResult<T>, queryKey: QueryKey): PanelQuery<T> {
  const client = useQueryClient();
  const [last, setLast] = useState(result.data);
  if (result.data !== undefined && result.data !== last) setLast(result.data);
  return {
    data: result.data ?? last,
    isOld: result.isPlaceholderData || result.data === undefined,
    isFetching: result.isFetching,
    problem: result.error && !result.isFetching ? problemOf(result.error) : undefined,
    onRetry: () => void result.refetch(),
    onCancel: () => void client.cancelQueries({ queryKey }),
  };
}

/** The server's own sentence; where there is none, the answer did not come. */
function problemOf(error: Error): string {
  const isAnswer = error instanceof TRPCClientError && error.data !== undefined;
  return isAnswer ? error.message : "The server did not answer.";
}

/** A snapshot that was awaited has come: what was rendered without it is read again. */
function useArrival(node: string, requestedAtMs: number | undefined): void {
  const router = useRouter();
  const client = useQueryClient();
  const before = useRef(requestedAtMs);
  const arrive = useEffectEvent(() => {
    void client.invalidateQueries({ queryKey: ["events", node] });
    void client.invalidateQueries({ queryKey: ["moment", node] });
    router.refresh();
  });
  useEffect(() => {
    if (before.current !== undefined && requestedAtMs === undefined) arrive();
    before.current = requestedAtMs;
  }, [requestedAtMs]);
}
