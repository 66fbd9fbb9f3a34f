import { randomUUID } from "node:crypto";
import { groupBy } from "../core/group-by";
import type { NodeEvent } from "../core/series/history";
import type { EventStore } from "../store/events";
import type { SnapshotRecord, SnapshotStore } from "../store/snapshots";
import { ServiceError } from "./service-error";

export interface NodeEventsParts {
  readonly events: EventStore;
  readonly snapshots: Pick<SnapshotStore, "snapshotsOfNode">;
}

export interface EventSpan {
  readonly node: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface NewNote {
  readonly node: string;
  /** Where on the time axis it stands, ms since 1970. */
  readonly atMs: number;
  readonly text: string;
  readonly author?: string | undefined;
}

/** More would cover the axis; the newest are shown. */
const MOST_EVENTS = 500;
const MOST_NOTES = 1000;

/** What happened to a node, and what people have written beside it. */
export function createNodeEvents({ events, snapshots }: NodeEventsParts) {
  return {
    /** Events of the span, both ends included, oldest first; the newest 500 where there are more. */
    async list({ node, fromMs, toMs }: EventSpan): Promise<NodeEvent[]> {
      const [kept, records] = await Promise.all([
        events.listEvents({ node, fromMs, toMs, limit: MOST_EVENTS }),
        snapshots.snapshotsOfNode(node),
      ]);
      const known = new Set(
        kept.filter(({ kind }) => kind === "snapshot").map(({ detail }) => detail?.["snapshotId"]),
      );
      const taken = lastLooks(records)
        .filter(({ id }) => !known.has(id))
        .map(toEvent)
        .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
      return [...kept, ...taken].sort((a, b) => a.atMs - b.atMs).slice(-MOST_EVENTS);
    },

    /** Keeps a note; its text and author are shown as they are typed, on one line and without control characters. */
    async addNote({ node, atMs, text, author }: NewNote): Promise<NodeEvent> {
      const written = oneLine(text);
      if (written === "") throw new ServiceError("badInput", "The note is empty.");
      if ((await events.countNotes(node)) >= MOST_NOTES)
        throw new ServiceError(
          "conflict",
          "This node has 1,000 notes. Remove some before you add another.",
        );
      const by = oneLine(author ?? "");
      const note: NodeEvent = {
        id: `note-${randomUUID()}`,
        node,
        atMs: Math.round(atMs),
        kind: "note",
        text: written,
        ...(by !== "" && { detail: { author: by } }),
      };
      await events.insertEvents([note]);
      return note;
    },

    /** Removes a note of the node; one that is gone already stays gone. */
    removeNote: (node: string, id: string): Promise<void> => events.deleteNote({ node, id }),
  };
}

/** Two looks of the same collection, some seconds apart, are one event: the last of them. */
const ONE_COLLECTION_MS = 60_000;

function lastLooks(records: readonly SnapshotRecord[]): SnapshotRecord[] {
  const ofUpload = groupBy(records, ({ sha256 }) => sha256);
  return [...ofUpload.values()].flatMap((looks) => {
    const ascending = looks.toSorted((a, b) => a.look - b.look);
    return ascending.filter((look, index) => {
      const next = ascending[index + 1];
      return next === undefined || momentOf(next) - momentOf(look) > ONE_COLLECTION_MS;
    });
  });
}

function momentOf({ takenAt, receivedAt }: SnapshotRecord): number {
  return Date.parse(takenAt ?? receivedAt);
}

function toEvent(record: SnapshotRecord): NodeEvent {
  return {
    id: `snapshot-${record.id}`,
    node: record.node,
    atMs: momentOf(record),
    kind: "snapshot",
    text: "A full snapshot was taken.",
    detail: { snapshotId: record.id },
  };
}

/** Control and format characters could make a line look like another: a note has none of them but joiners of emoji. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, "")
    .trim();
}
