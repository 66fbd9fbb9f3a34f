import {
  ESSENTIAL_FILES,
  HEAVY_FILES,
  headerOf,
  pushText,
} from "../../ingest/push/push.test-support";
import { startServices } from "../running-services.test-support";

const HOUR = 3_600_000;
const ANY_NODE = { allowsNode: () => true };

/** Whole minutes, near the present: what is older than the retention goes. */
export const NOW_S = Math.floor(Date.now() / 60_000) * 60;

interface Sending {
  readonly sentAtMs?: number;
  readonly grant?: { readonly allowsNode: (node: string) => boolean };
}

/** A server that takes pushes, over an engine of its own. */
export async function startPushing() {
  const running = await startServices({ pushFlushMs: 10 });
  const own = { services: running.services };

  /** A fresh set of services, which remembers nothing: as after a restart. */
  function restart(): void {
    own.services = running.open();
  }

  function send(body: Uint8Array, sending: Sending = {}, to = own.services) {
    const { sentAtMs, grant = ANY_NODE } = sending;
    return to.pushes.receive({ body: streamOf(body), sentAtMs, grant });
  }

  async function pointsOf(node: string, level: "raw" | "5m" | "1h" = "raw") {
    const spans = { raw: [2, 1000], "5m": [48, 700], "1h": [480, 500] } as const;
    const [hours, points] = spans[level];
    const toMs = (NOW_S + 3600) * 1000;
    const query = { node, fromMs: toMs - hours * HOUR, toMs, points };
    return (await running.store.series.readHistory(query)).points;
  }

  return {
    ...running,
    own,
    restart,
    send,
    pointsOf,

    countOf: async (node: string, level: "raw" | "5m" | "1h") =>
      (await pointsOf(node, level)).reduce((sum, { samples }) => sum + samples, 0),

    latestOf: async (node: string) => (await running.store.series.readLatest([node])).get(node),

    async eventsOf(node: string): Promise<string[]> {
      const span = { fromMs: 0, toMs: Date.now() + 10 * HOUR, limit: 100 };
      const events = await running.store.events.listEvents({ node, ...span });
      return events.map(({ kind, text }) => `${kind}: ${text}`);
    },
  };
}

function streamOf(body: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(body);
      controller.close();
    },
  });
}

/** A push that was taken so many seconds ago. */
export function push(
  node: string,
  agoS: number,
  header: readonly string[] = [],
  set = "essential",
): string {
  return pushText({
    header: [...headerOf(node, NOW_S - agoS, set), ...header],
    files: set === "heavy" ? HEAVY_FILES : ESSENTIAL_FILES,
  });
}
