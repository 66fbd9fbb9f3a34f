import { describe, expect, it } from "vitest";
import {
  findDestination,
  nextUpload,
  reduceUploads,
  type UploadEvent,
  type UploadOutcome,
  type UploadQueue,
} from "./upload-queue";

const file = (id: string) => ({ id, name: `${id}.tar.xz`, size: 100 });
const run = (...events: UploadEvent[]): UploadQueue => events.reduce(reduceUploads, []);
const states = (queue: UploadQueue) => queue.map(({ state }) => state);

const outcome = (rest: Partial<UploadOutcome> = {}): UploadOutcome => ({
  sha256: "0",
  isKnown: false,
  errors: [],
  snapshots: [
    {
      id: "s",
      node: "web-01",
      status: "held",
      headline: "held",
      path: "/nodes/web-01/s",
      dataQuality: { read: [], skipped: [], missing: [], unreadable: [] },
    },
  ],
  ...rest,
});

const lost = { message: "connection lost", canResume: true };
const refused = { message: "not an archive", canResume: false };

describe("the upload queue", () => {
  it("works on one file at a time, first come first served", () => {
    const queue = run({ type: "added", items: [file("a"), file("b")] });
    expect(nextUpload(queue)?.id).toBe("a");
    const busy = reduceUploads(queue, { type: "sent", id: "a", sent: 0 });
    expect(nextUpload(busy)).toBeUndefined();
    const over = reduceUploads(busy, { type: "failed", id: "a", problem: refused });
    expect(nextUpload(over)?.id).toBe("b");
  });

  it("ignores progress that arrives after a cancel", () => {
    const queue = run(
      { type: "added", items: [file("a")] },
      { type: "sent", id: "a", sent: 10 },
      { type: "cancelled", id: "a" },
      { type: "sent", id: "a", sent: 50 },
      { type: "done", id: "a", outcome: outcome() },
    );
    expect(states(queue)).toEqual([{ phase: "cancelled" }]);
  });

  it("goes on from the last byte the server has when the connection was lost", () => {
    const queue = run(
      { type: "added", items: [file("a")] },
      { type: "sent", id: "a", sent: 60 },
      { type: "failed", id: "a", problem: lost },
      { type: "retried", id: "a", newId: "z" },
    );
    expect(queue).toEqual([{ ...file("a"), state: { phase: "waiting", sent: 60 } }]);
  });

  it("starts again under a new id when the server refused it", () => {
    const queue = run(
      { type: "added", items: [file("a")] },
      { type: "sent", id: "a", sent: 60 },
      { type: "failed", id: "a", problem: refused },
      { type: "retried", id: "a", newId: "z" },
    );
    expect(queue[0]).toMatchObject({ id: "z", state: { phase: "waiting", sent: 0 } });
  });

  it("does not let go of a file that is being sent", () => {
    const queue = run(
      { type: "added", items: [file("a")] },
      { type: "sent", id: "a", sent: 1 },
      { type: "removed", id: "a" },
    );
    expect(queue).toHaveLength(1);
  });

  it("forgets the retry notice once a slice got through", () => {
    const queue = run(
      { type: "added", items: [file("a")] },
      { type: "sent", id: "a", sent: 0 },
      { type: "retrying", id: "a", retry: { attempt: 1, waitSeconds: 1 } },
      { type: "sent", id: "a", sent: 20 },
    );
    expect(states(queue)).toEqual([{ phase: "sending", sent: 20 }]);
  });
});

describe("where to go after an upload", () => {
  const done = (result: UploadOutcome) =>
    run(
      { type: "added", items: [file("a")] },
      { type: "sent", id: "a", sent: 100 },
      { type: "done", id: "a", outcome: result },
    );

  it("opens the node of a single good file", () => {
    expect(findDestination(done(outcome()))).toBe("/nodes/web-01/s");
  });

  it("stays where there is something to read first", () => {
    const error = { file: "a", code: "TOO_LARGE", message: "too large" };
    expect(findDestination(done(outcome({ isKnown: true })))).toBeUndefined();
    expect(findDestination(done(outcome({ errors: [error] })))).toBeUndefined();
    expect(findDestination(done(outcome({ snapshots: [] })))).toBeUndefined();
  });

  it("stays while other files are in the list", () => {
    const queue = reduceUploads(done(outcome()), { type: "added", items: [file("b")] });
    expect(findDestination(queue)).toBeUndefined();
  });
});
