import { describe, expect, it } from "vitest";
import { runUpload, type UploadServer } from "./run-upload";
import {
  reduceUploads,
  type UploadEvent,
  type UploadItem,
  type UploadOutcome,
} from "./upload-queue";

const outcome: UploadOutcome = { sha256: "0", isKnown: false, snapshots: [], errors: [] };

/** A server in memory: keeps the bytes, so a test can compare them with what was sent. */
function memoryServer(rest: Partial<UploadServer> = {}) {
  const parts: Blob[] = [];
  const server: UploadServer = {
    sendSlice: async ({ offset, chunk }) => {
      parts.push(chunk);
      return { received: offset + chunk.size };
    },
    analyse: async () => outcome,
    readProgress: async () => ({ phase: "reading", done: 1, total: 2, filesRead: 3 }),
    cancel: async () => ({}),
    ...rest,
  };
  return { server, read: () => new Blob(parts).text() };
}

function defer() {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

async function upload(server: UploadServer, text: string, abort = new AbortController()) {
  const content = new Blob([text]);
  const item: UploadItem = {
    id: "a",
    name: "meminfo",
    size: content.size,
    state: { phase: "waiting", sent: 0 },
  };
  const events: UploadEvent[] = [];
  const dispatch = (event: UploadEvent) => void events.push(event);
  await runUpload({ item, content, server, signal: abort.signal, dispatch });
  return { events, last: events.reduce(reduceUploads, [item])[0]?.state };
}

describe("one upload", () => {
  it("sends every byte, reports the analysis, and ends with the outcome", async () => {
    const asked = defer();
    const { server, read } = memoryServer({
      readProgress: async () => {
        setTimeout(asked.resolve);
        return { phase: "reading", done: 1, total: 2, filesRead: 3 };
      },
      analyse: () => asked.promise.then(() => outcome),
    });
    const { events, last } = await upload(server, "MemTotal: 1 kB\n");
    expect(await read()).toBe("MemTotal: 1 kB\n");
    expect(events).toContainEqual({
      type: "analysing",
      id: "a",
      progress: { phase: "reading", done: 1, total: 2, filesRead: 3 },
    });
    expect(last).toEqual({ phase: "done", outcome });
  });

  it("survives a progress question that fails", async () => {
    const { server } = memoryServer({
      readProgress: async () => {
        throw new Error("no");
      },
    });
    expect((await upload(server, "x")).last?.phase).toBe("done");
  });

  it("ends with the server's words when the analysis fails", async () => {
    const refusal = Object.assign(new Error("Not an archive."), { data: { code: "BAD_REQUEST" } });
    const { server } = memoryServer({ analyse: () => Promise.reject(refusal) });
    expect((await upload(server, "x")).last).toMatchObject({
      phase: "failed",
      problem: { message: "Not an archive.", canResume: false },
    });
  });

  it("is cancelled, not failed, when the reader stops it", async () => {
    const abort = new AbortController();
    const { server } = memoryServer({
      analyse: async () => {
        abort.abort();
        throw new Error("aborted");
      },
    });
    expect((await upload(server, "x", abort)).last).toEqual({ phase: "cancelled" });
  });
});
