import { readRange } from "@/components/time/range-url";
import type { QueryParams } from "@/components/url-state";
import type { api } from "@/server/api/caller";
import { type InitialData, reachOf, spanKeyOf } from "./initial-data";
import { readMoment } from "./read-moment";

interface InitialQuery {
  readonly caller: Awaited<ReturnType<typeof api>>;
  readonly node: string;
  readonly standing: InitialData["standing"];
  readonly zone: string;
  readonly params: QueryParams;
}

/** The page's data for its first paint. A part that fails is left to the browser, which says so and can try again. */
export async function readInitialData(query: InitialQuery): Promise<InitialData> {
  const { caller, node, standing, zone, params } = query;
  const range = readRange(params, { nowMs: standing.nowMs, zone }).value;
  const span = { node, from: range.from, to: range.to, zone };
  const atMs = readMoment(params).value;
  const [history, panels, events, moment] = await Promise.all([
    settled(caller.nodes.history(span)),
    settled(caller.nodes.panels(span)),
    settled(caller.nodes.events(span)),
    atMs === undefined
      ? undefined
      : settled(caller.nodes.moment({ node, atMs, reachMs: reachOf(range) })),
  ]);
  return {
    spanKey: spanKeyOf(range, zone),
    zone,
    standing,
    ...(history && { history }),
    ...(panels && { panels }),
    ...(events && { events }),
    ...(moment && { moment }),
  };
}

function settled<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch(() => undefined);
}
