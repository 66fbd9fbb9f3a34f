import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { UploadResult, UploadSource } from "./ingest-upload";
import { createUploadSessions, type UploadSessions } from "./upload-session";

const ID = "0b54a1c2-8f33-4d4e-9c55-0d1f2a3b4c5d";
const RESULT: UploadResult = { sha256: "ab", isKnown: false, snapshots: [], errors: [] };

let dataDir: string;
let nowMs: number;
let sessions: UploadSessions;
let ingest: (source: UploadSource) => Promise<UploadResult>;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "memledger-session-"));
  nowMs = Date.now();
  ingest = async () => RESULT;
  sessions = createUploadSessions({
    dataDir,
    maxBytes: 1000,
    ingest: (source) => ingest(source),
    now: () => nowMs,
  });
});
afterEach(() => rm(dataDir, { recursive: true }));

function slice(offset: number, text: string, size = 10) {
  return { uploadId: ID, name: "snap.tar", offset, size, bytes: new TextEncoder().encode(text) };
}

const received = () => readdir(join(dataDir, "uploads"));

it("puts slices together in order, whatever is sent twice", async () => {
  expect(await sessions.receive(slice(0, "01234"))).toBe(5);
  expect(await sessions.receive(slice(0, "01234"))).toBe(5);
  expect(await sessions.receive(slice(3, "34567"))).toBe(8);
  expect(await sessions.receive(slice(8, "89"))).toBe(10);
  let content = "";
  ingest = async ({ path }) => {
    content = await readFile(path, "utf8");
    return RESULT;
  };
  await sessions.analyse(ID);
  expect(content).toBe("0123456789");
});

it("says what is missing when a slice was lost", async () => {
  await sessions.receive(slice(0, "01"));
  await expect(sessions.receive(slice(5, "56"))).rejects.toMatchObject({ code: "conflict" });
  await expect(sessions.analyse(ID)).rejects.toMatchObject({ code: "conflict" });
});

it("goes on where it stood after a restart of the server", async () => {
  await sessions.receive(slice(0, "01234"));
  const again = createUploadSessions({ dataDir, maxBytes: 1000, ingest, now: () => nowMs });
  expect(await again.receive(slice(5, "56789"))).toBe(10);
});

it("takes no more than was announced and no more than the limit", async () => {
  await expect(sessions.receive(slice(0, "0123456789A"))).rejects.toMatchObject({
    code: "badInput",
  });
  await expect(sessions.receive(slice(0, "0", 1001))).rejects.toMatchObject({ code: "tooLarge" });
});

it("never lets an id become a path", async () => {
  for (const uploadId of ["../../etc/passwd", "", `${ID}/..`, ID.toUpperCase()])
    await expect(sessions.receive({ ...slice(0, "0"), uploadId })).rejects.toMatchObject({
      code: "badInput",
    });
});

it("tells how far it is and ends with done, leaving no bytes behind", async () => {
  await sessions.receive(slice(0, "0123456789"));
  expect(sessions.progress(ID)).toMatchObject({ phase: "receiving", done: 10, total: 10 });
  ingest = async ({ onProgress }) => {
    onProgress?.({ phase: "reading", done: 4, total: 10, filesRead: 1 });
    expect(sessions.progress(ID)).toMatchObject({ phase: "reading", done: 4, filesRead: 1 });
    return RESULT;
  };
  expect(await sessions.analyse(ID)).toEqual(RESULT);
  expect(sessions.progress(ID).phase).toBe("done");
  expect(await received()).toEqual([]);
});

it("keeps the bytes when reading failed, so that it can be tried again", async () => {
  await sessions.receive(slice(0, "0123456789"));
  ingest = async () => {
    throw new Error("the store is away");
  };
  await expect(sessions.analyse(ID)).rejects.toThrow("the store is away");
  expect(sessions.progress(ID).phase).toBe("failed");
  ingest = async () => RESULT;
  expect(await sessions.analyse(ID)).toEqual(RESULT);
});

it("a cancel stops the reading and removes the bytes", async () => {
  await sessions.receive(slice(0, "0123456789"));
  ingest = ({ signal }) =>
    new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("stop"))));
  const work = expect(sessions.analyse(ID)).rejects.toMatchObject({ code: "cancelled" });
  await sessions.cancel(ID);
  await work;
  expect(await received()).toEqual([]);
  expect(() => sessions.progress(ID)).toThrow(/not known/);
});

it("removes what nobody went on with for an hour, of this run and of earlier ones", async () => {
  await sessions.receive(slice(0, "01"));
  const stray = join(dataDir, "uploads", "1b54a1c2-8f33-4d4e-9c55-0d1f2a3b4c5d");
  await writeFile(stray, "left by a crash");
  await utimes(stray, 1, 1);
  await sessions.sweep();
  expect(await received()).toEqual([ID]);
  nowMs += 2 * 3600 * 1000;
  await sessions.sweep();
  expect(await received()).toEqual([]);
});
