import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeHeadline } from "../core/node-verdict/node-headline";
import type { NodeVerdict } from "../core/node-verdict/node-verdict";
import { bodyOf, HEAVY_FILES, headerOf, pushText } from "../ingest/push/push.test-support";
import { startServices } from "../services/running-services.test-support";
import { createCaller } from "./root";

let running: Awaited<ReturnType<typeof startServices>>;

const MINUTE = 60_000;
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;
const NODE = "web-1";
const caller = () =>
  createCaller({ services: running.services, credentials: { host: "localhost:3000" } });
const foreign = () =>
  createCaller({
    services: running.services,
    credentials: { host: "localhost:3000", origin: "https://evil.example" },
  });

async function push(...texts: readonly string[]): Promise<void> {
  const { body } = new Response(new Uint8Array(bodyOf(...texts)));
  if (!body) throw new Error("a response has a body");
  const { rejected } = await running.services.pushes.receive({
    body,
    grant: { allowsNode: () => true },
  });
  expect(rejected).toEqual([]);
}

const sampleAt = (agoMs: number) => pushText({ header: headerOf(NODE, (NOW - agoMs) / 1000) });

beforeAll(async () => {
  running = await startServices({ pushFlushMs: 5 });
  running.clock.nowMs = NOW;
  await push(
    sampleAt(180 * MINUTE),
    ...[90, 60, 30].map((ago) => sampleAt(ago * MINUTE)),
    pushText({
      header: [...headerOf(NODE, NOW / 1000 - 60, "heavy"), "label: pool=gpu"],
      files: HEAVY_FILES,
    }),
  );
}, 60_000);
afterAll(() => running.stop());

describe("a node whose agent pushes", () => {
  it("has a page without any snapshot", async () => {
    expect(await caller().nodes.get({ node: NODE })).toMatchObject({ node: NODE, snapshots: [] });
    const standing = await caller().nodes.verdict({ node: NODE });
    expect(standing).toMatchObject({ nowMs: NOW, latest: { labels: { pool: "gpu" } } });
    expect(standing).not.toHaveProperty("verdict");
    await expect(caller().nodes.get({ node: "web-2" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("has the judge's verdict with its grounds, and nothing of the judge's memory", async () => {
    await running.store.nodeVerdicts.insertVerdicts([
      {
        node: "judged-1",
        judgedAtMs: NOW,
        status: "leaking",
        headline: "allocpage grows 180 MiB/h.",
        bucket: "allocpage",
        ratePerHour: 180 * 1024 ** 2,
        sinceMs: NOW - 60 * MINUTE,
        state: "{}",
        document: JSON.stringify({ reason: { growth: { full: { hours: 9 } } }, against: ["no"] }),
      },
    ]);
    const { verdict } = await caller().nodes.verdict({ node: "judged-1" });
    expect(verdict).toMatchObject({
      status: "leaking",
      sinceMs: NOW - 60 * MINUTE,
      full: { atMs: NOW + 9 * 60 * MINUTE },
      against: ["no"],
    });
    expect(verdict).not.toHaveProperty("state");
    expect(verdict?.headline).toBe("allocpage grows 180 MiB/h.");
  });

  it("has the sentence of a growth by the clock of the reader's zone", async () => {
    const growth = {
      series: "unexplained",
      bucket: "allocpage",
      isProven: true,
      ratePerHour: 180 * 1024 ** 2,
      sinceMs: Date.parse("2026-11-24T23:30:00Z"),
      bytes: 2.6 * 1024 ** 3,
      grown: 1024 ** 3,
    } as const;
    const verdict: NodeVerdict = {
      status: "leaking",
      sinceMs: NOW,
      sampleAtMs: Date.parse("2026-11-25T12:00:00Z"),
      reason: { kind: "growth", growth },
      evidence: [],
      against: [],
      nextSteps: [],
    };
    await running.store.nodeVerdicts.insertVerdicts([
      {
        node: "judged-2",
        judgedAtMs: NOW,
        status: "leaking",
        headline: nodeHeadline(verdict),
        state: "{}",
        document: JSON.stringify(verdict),
      },
    ]);
    const headline = async (zone?: string) =>
      (await caller().nodes.verdict({ node: "judged-2", zone })).verdict?.headline;
    expect(await headline()).toMatch(/since Tuesday 23:30 UTC$/);
    expect(await headline("Asia/Tokyo")).toMatch(/since Wednesday 08:30$/);
    await expect(headline("Mars/Olympus")).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  it("answers for ranges as an address writes them, by the server's clock", async () => {
    const history = await caller().nodes.history({ node: NODE, from: "now-2h" });
    expect(history).toMatchObject({ fromMs: NOW - 120 * MINUTE, toMs: NOW, nowMs: NOW });
    expect(history.points).toHaveLength(4);
    const [point] = history.points;
    const sum = Object.values(point?.buckets ?? {}).reduce((total, bytes) => total + bytes, 0);
    expect(sum).toBe(point?.memTotal);
    const panels = await caller().nodes.panels({ node: NODE, from: "now-2h" });
    expect(panels.slabCaches.length).toBeGreaterThan(2);
    expect(panels.holders.some(({ name }) => name.startsWith("nginx"))).toBe(true);
  });

  it.each([
    [{ from: "now-2x" }, "“now-2x” is not a time."],
    [{ from: "now", to: "now-1h" }, /does not end after it begins/],
    [{ zone: "Mars/Olympus" }, "There is no time zone of that name."],
  ])("says what is no range: %j", async (range, message) => {
    await expect(caller().nodes.history({ node: NODE, ...range })).rejects.toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringMatching(message),
    });
  });

  it("keeps notes as they were typed and removes them for good", async () => {
    const text = "deploy 42: <script>alert('1')</script> '; DROP TABLE events; 🚀 内存泄漏";
    const atMs = NOW - 45 * MINUTE;
    const kept = await caller().nodes.addNote({ node: NODE, atMs, text, author: " Ana\u0000\n" });
    expect(kept).toMatchObject({ kind: "note", atMs, text, detail: { author: "Ana" } });
    const listed = async () =>
      (await caller().nodes.events({ node: NODE })).filter(({ kind }) => kind === "note");
    expect(await listed()).toEqual([kept]);
    await caller().nodes.removeNote({ node: "web-9", id: kept.id });
    expect(await listed()).toHaveLength(1);
    await caller().nodes.removeNote({ node: NODE, id: kept.id });
    expect(await listed()).toEqual([]);
  });

  it("refuses notes that are empty, too long, of no node, or sent by another site", async () => {
    const note = { node: NODE, atMs: NOW, text: "note" };
    const refused = (changes: object) =>
      expect(caller().nodes.addNote({ ...note, ...changes })).rejects;
    await refused({ text: " \n\u200e " }).toMatchObject({ code: "BAD_REQUEST" });
    await refused({ text: "x".repeat(1001) }).toMatchObject({ code: "BAD_REQUEST" });
    await refused({ node: "web-9" }).toMatchObject({ code: "NOT_FOUND" });
    await expect(foreign().nodes.addNote(note)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("removes nothing but notes", async () => {
    const id = "note-00000000-0000-4000-8000-000000000000";
    const event = {
      id,
      node: NODE,
      atMs: NOW,
      kind: "boot",
      text: "The node was booted.",
    } as const;
    await running.store.events.insertEvents([event]);
    await caller().nodes.removeNote({ node: NODE, id });
    expect(await caller().nodes.events({ node: NODE, to: "now+1m" })).toContainEqual(event);
  });

  it("tells what the samples show where no snapshot is near", async () => {
    const early = await caller().nodes.moment({ node: NODE, atMs: NOW - 85 * MINUTE });
    expect(early.sample?.atMs).toBe(NOW - 90 * MINUTE);
    expect(early).not.toHaveProperty("push");
    const gap = await caller().nodes.moment({ node: NODE, atMs: NOW - 135 * MINUTE });
    expect(gap).not.toHaveProperty("sample");
    const late = await caller().nodes.moment({ node: NODE, atMs: NOW });
    expect(late.push?.report.findings[0]?.holders[0]?.comm).toBe("nginx");
  });

  it("is asked for a snapshot, which is awaited until it comes", async () => {
    const { requestedAtMs } = await caller().nodes.requestSnapshot({ node: NODE });
    expect(await caller().nodes.verdict({ node: NODE })).toMatchObject({ requestedAtMs });
    await expect(caller().nodes.requestSnapshot({ node: "web-9" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(foreign().nodes.requestSnapshot({ node: NODE })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });
});

describe("a node with a snapshot", () => {
  it("has it on its time axis, and its findings at that moment", async () => {
    const { snapshots } = await caller().uploads.example();
    const id = snapshots.at(-1)?.id ?? "";
    const { snapshots: rows, node } = await caller().nodes.get({ node: "web-07" });
    const atMs = Date.parse(rows[0]?.takenAt ?? "");
    const span = { node, from: String(atMs - MINUTE), to: String(atMs + MINUTE) };
    // Two looks, three seconds apart, are one event.
    expect(await caller().nodes.events(span)).toEqual([
      expect.objectContaining({ kind: "snapshot", detail: { snapshotId: id } }),
    ]);
    const near = await caller().nodes.moment({ node, atMs: atMs + 10 * MINUTE });
    expect(near.snapshot).toMatchObject({ id, atMs });
    expect(near.snapshot?.report.findings[0]?.holders[0]?.comm).toBe("nginx");
    const far = await caller().nodes.moment({ node, atMs: atMs + 20 * MINUTE });
    expect(far).not.toHaveProperty("snapshot");
    expect(far.nearest).toEqual({ id, atMs });
  });
});
