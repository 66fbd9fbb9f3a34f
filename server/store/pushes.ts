import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { toInstantColumn, wholeColumn } from "./column-types";
import { nameBatches } from "./name-batches";
import { insertRows, selectRows } from "./select-rows";
import { wellFormed } from "./well-formed";

/** The texts of one push of the heavier set, by file name. Times are ms since 1970, UTC. */
export interface PushedTexts {
  readonly node: string;
  readonly atMs: number;
  readonly texts: ReadonlyMap<string, string>;
}

const NODES_AT_ONCE = 2000;
const BATCH_CHARACTERS = 8 * 1024 * 1024;

export type PushStore = ReturnType<typeof createPushStore>;

/** What is kept of pushes beside their samples: the newest heavy texts of a node, and what is asked of its agent. */
export function createPushStore(client: ClickHouseClient) {
  return {
    /** Of each node the newest stays, in whatever order they come. */
    async insertTexts(pushes: readonly PushedTexts[]): Promise<void> {
      const rows = pushes.map(({ node, atMs, texts }) => ({
        node,
        at: instant(atMs),
        files: [...texts.keys()].map(wellFormed),
        texts: [...texts.values()].map(wellFormed),
      }));
      for (const batch of inBatches(rows)) await insertRows(client, "pushed_texts", batch);
    },

    async readTexts(node: string): Promise<PushedTexts | undefined> {
      const [found] = await selectRows(client, {
        query: `SELECT toUnixTimestamp64Milli(at) AS at_ms, files, texts FROM pushed_texts
                WHERE node = {node:String} ORDER BY at DESC LIMIT 1`,
        params: { node },
        row: z.object({
          at_ms: wholeColumn,
          files: z.array(z.string()),
          texts: z.array(z.string()),
        }),
      });
      if (!found) return undefined;
      const texts = new Map(found.files.map((file, index) => [file, found.texts[index] ?? ""]));
      return { node, atMs: found.at_ms, texts };
    },

    /** When the newest heavy push of each of these nodes was taken; a node without any has no entry. */
    async heavyTimes(nodes: readonly string[]): Promise<ReadonlyMap<string, number>> {
      const times = new Map<string, number>();
      for (const batch of nameBatches(nodes, NODES_AT_ONCE)) {
        const rows = await selectRows(client, {
          query: `SELECT node, toUnixTimestamp64Milli(max(at)) AS at_ms FROM pushed_texts
                  WHERE node IN {nodes:Array(String)} GROUP BY node`,
          params: { nodes: batch },
          row: z.object({ node: z.string(), at_ms: wholeColumn }),
        });
        for (const { node, at_ms: atMs } of rows) times.set(node, atMs);
      }
      return times;
    },

    async insertRequest(node: string, atMs: number): Promise<void> {
      const row = { node: wellFormed(node), requested_at: instant(atMs) };
      await insertRows(client, "snapshot_requests", [row]);
    },

    /** Nodes of which a snapshot was asked for since then, by when, and none has arrived after that. */
    async openRequests(sinceMs: number): Promise<ReadonlyMap<string, number>> {
      // Asked every second: the join is made only when there is anything to join.
      const asked = await selectRows(client, {
        query: `SELECT node, toUnixTimestamp64Milli(max(requested_at)) AS asked_ms
                FROM snapshot_requests
                WHERE requested_at >= fromUnixTimestamp64Milli({sinceMs:Int64}) GROUP BY node`,
        params: { sinceMs },
        row: z.object({ node: z.string(), asked_ms: wholeColumn }),
      });
      if (asked.length === 0) return new Map();
      const arrived = await selectRows(client, {
        query: `SELECT node, toUnixTimestamp64Milli(max(received_at)) AS arrived_ms FROM snapshots
                WHERE node IN (SELECT node FROM snapshot_requests) GROUP BY node`,
        params: {},
        row: z.object({ node: z.string(), arrived_ms: wholeColumn }),
      });
      const last = new Map(arrived.map((row) => [row.node, row.arrived_ms]));
      const rows = asked.filter(({ node, asked_ms }) => (last.get(node) ?? 0) <= asked_ms);
      return new Map(rows.map((row) => [row.node, row.asked_ms]));
    },
  };
}

function instant(ms: number): string {
  return toInstantColumn(new Date(Math.round(ms)).toISOString());
}

function inBatches<T extends { readonly texts: readonly string[] }>(rows: readonly T[]): T[][] {
  const batches: T[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const own = row.texts.reduce((sum, text) => sum + text.length, 0);
    if (size + own > BATCH_CHARACTERS) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(row);
    size += own;
  }
  return batches;
}
