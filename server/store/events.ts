import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import type { NodeEvent } from "../core/series/history";
import { instantColumn, toInstantColumn, wholeColumn } from "./column-types";
import { deleteRows } from "./delete-rows";
import { insertRows, selectRows } from "./select-rows";
import { wellFormed } from "./well-formed";

export interface EventQuery {
  readonly node: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

const eventRow = z.object({
  node: z.string(),
  id: z.string(),
  at: instantColumn,
  kind: z.enum(["verdict", "boot", "restart", "snapshot", "note", "clock"]),
  text: z.string(),
  detail: z.string(),
});

const detailObject = z.record(z.string(), z.unknown());

function toEvent({ detail, at, ...row }: z.infer<typeof eventRow>): NodeEvent {
  const known = detail === "" ? undefined : detailObject.parse(JSON.parse(detail));
  return { ...row, atMs: Date.parse(at), ...(known && { detail: known }) };
}

function toRow(event: NodeEvent): Record<keyof z.infer<typeof eventRow>, string> {
  return {
    node: wellFormed(event.node),
    id: event.id,
    at: toInstantColumn(new Date(event.atMs).toISOString()),
    kind: event.kind,
    text: wellFormed(event.text),
    detail: event.detail ? JSON.stringify(event.detail) : "",
  };
}

export type EventStore = ReturnType<typeof createEventStore>;

/** What happened to nodes. */
export function createEventStore(client: ClickHouseClient) {
  return {
    /** Returns once they are on disk. An id that is there already is written over: it stays one event. */
    async insertEvents(events: readonly NodeEvent[]): Promise<void> {
      if (events.length === 0) return;
      await insertRows(client, "events", events.map(toRow));
    },

    /** Both ends belong to the span. The newest `limit` of it, oldest first. */
    async listEvents({ node, fromMs, toMs, limit }: EventQuery): Promise<NodeEvent[]> {
      const rows = await selectRows(client, {
        query: `SELECT node, id, at, kind, text, detail FROM events FINAL
                WHERE node = {node:String}
                  AND at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
                  AND at <= fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
                ORDER BY at DESC, id LIMIT {limit:UInt32}`,
        params: { node, fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs), limit },
        row: eventRow,
      });
      return rows.reverse().map(toEvent);
    },

    /** How many notes people have kept of the node. */
    async countNotes(node: string): Promise<number> {
      const [row] = await selectRows(client, {
        query: `SELECT count() AS notes FROM events FINAL
                WHERE node = {node:String} AND kind = 'note'`,
        params: { node },
        row: z.object({ notes: wholeColumn }),
      });
      return row?.notes ?? 0;
    },

    /** Deletes a note for good; what is no note stays. */
    async deleteNote({ node, id }: { readonly node: string; readonly id: string }): Promise<void> {
      await deleteRows(client, "events", {
        where: "node = {node:String} AND id = {id:String} AND kind = 'note'",
        params: { node, id },
      });
    },
  };
}
