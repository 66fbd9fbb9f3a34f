import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { UploadResult } from "./ingest-upload";
import { REVEAL_NOTHING } from "./redaction/reveal";
import { startServices } from "./running-services.test-support";

vi.setConfig({ testTimeout: 60_000 });

let running: Awaited<ReturnType<typeof startServices>>;

beforeAll(async () => {
  running = await startServices();
}, 60_000);
afterAll(() => running.stop());

const everywhere = ["snapshots", "snapshot_files", "reports"] as const;
const rows = async (table: string) => {
  const result = await running.client.query({
    query: `SELECT count() AS rows FROM ${table} FINAL SETTINGS apply_mutations_on_fly = 1`,
    format: "JSONEachRow",
  });
  return Number((await result.json<{ rows: string }>())[0]?.rows);
};
const counts = () => Promise.all(everywhere.map(rows));
const kept = (folder: string) => readdir(join(running.dataDir, folder)).catch(() => []);
const idOf = (result: UploadResult) => result.snapshots.at(-1)?.id ?? "";
const paste = (free: number) =>
  running.services.storeText(
    `MemTotal: 7000 kB\nMemFree: ${free} kB\nBuffers: 0 kB\nCached: 9 kB\n`,
    "meminfo",
  );
const remove = (id: string, revokeLinks = true) =>
  running.services.removal.remove(id, { revokeLinks });
const nodes = () => running.services.nodes.list({ limit: 50, search: "" });

it("an upload goes with all its looks, its texts, reports and archive, and nothing else does", async () => {
  const other = await paste(1);
  const before = [await counts(), await kept("archives")];
  const example = await running.services.storeExample();
  expect(example.snapshots.length).toBeGreaterThan(1);
  expect(await counts()).not.toEqual(before[0]);

  const first = example.snapshots[0]?.id ?? "";
  const { removed, path } = await remove(first);
  expect(removed).toEqual(example.snapshots.map(({ id }) => id));
  expect(path).toBe("/");
  expect([await counts(), await kept("archives")]).toEqual(before);
  expect((await nodes()).nodes.map(({ snapshotId }) => snapshotId)).toEqual([idOf(other)]);
  for (const id of removed)
    await expect(running.services.snapshot.report(id)).rejects.toMatchObject({ code: "notFound" });
  await expect(remove(first)).rejects.toMatchObject({ code: "notFound" });
  expect(await kept("removals")).toEqual([]);
});

it("what is removed leaves the disk, not only the lists", async () => {
  await remove(idOf(await paste(2)));
  const text = async () => {
    const result = await running.client.query({
      query: "SELECT count() AS rows FROM snapshot_files WHERE position(text, 'MemFree: 2 kB') > 0",
      format: "JSONEachRow",
    });
    return Number((await result.json<{ rows: string }>())[0]?.rows);
  };
  await expect.poll(text, { timeout: 20_000 }).toBe(0);
});

it("the same file sent again is new", async () => {
  const first = await paste(3);
  await remove(idOf(first));
  const again = await paste(3);
  expect(again).toMatchObject({ isKnown: false, sha256: first.sha256 });
  const { report } = await running.services.snapshot.report(idOf(again));
  expect(report.composition?.memTotal).toBe(7000 * 1024);
  expect(await kept("archives")).toContain(first.sha256);
  // Its texts are there for a server that remembers nothing, under rules that have judged nothing.
  const fresh = await running.open("rules after the removal").snapshot.report(idOf(again));
  expect(fresh.report.composition?.memTotal).toBe(7000 * 1024);
});

it("a node keeps the uploads that were not removed", async () => {
  const example = await running.services.storeExample();
  const archive = await readFile(join(running.dataDir, "archives", example.sha256));
  const body = new Blob([new Uint8Array(gunzipSync(archive))]).stream();
  const unpacked = await running.services.storeBody(body, "unpacked.tar");
  const node = example.snapshots[0]?.node ?? "";
  expect(unpacked.snapshots[0]?.node).toBe(node);

  const { path } = await remove(idOf(unpacked));
  expect(path).toBe(`/nodes/${encodeURIComponent(node)}`);
  const row = (await nodes()).nodes.find((each) => each.node === node);
  expect(row).toMatchObject({ snapshotId: idOf(example), snapshots: example.snapshots.length });
  expect((await running.services.snapshot.report(idOf(example))).nextId).toBeUndefined();
});

it("links are counted before, and closed with the upload or left open as asked", async () => {
  const share = async (id: string) =>
    (await running.services.share.share({ id, expiresInDays: 7, reveal: REVEAL_NOTHING })).token;
  const [closing, staying] = [idOf(await paste(4)), idOf(await paste(5))];
  const [closed, open] = [await share(closing), await share(staying)];
  expect(await running.services.removal.preview(closing)).toMatchObject({
    fileName: "meminfo",
    snapshots: 1,
    openLinks: 1,
    archiveBytes: expect.any(Number),
  });
  expect((await remove(closing)).revokedLinks).toBe(1);
  expect((await remove(staying, false)).revokedLinks).toBe(0);
  await expect(running.services.share.open(closed)).rejects.toMatchObject({ code: "gone" });
  const { report } = await running.services.share.open(open);
  expect(report.composition?.memTotal).toBe(7000 * 1024);
});

it("asked twice at once it is removed once", async () => {
  const id = idOf(await paste(6));
  const answers = await Promise.allSettled([remove(id), remove(id)]);
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(answers.find(({ status }) => status === "rejected")).toMatchObject({
    reason: { code: "notFound" },
  });
});

it("cut short by a dead store it is finished by the next start", async () => {
  const { sha256, snapshots } = await paste(7);
  const id = snapshots[0]?.id ?? "";
  const { reports } = running.store;
  // The engine dies after the first step: the rows are gone, texts and reports are not.
  const dying = vi.spyOn(reports, "removeReports").mockImplementation(async () => {
    await running.crash();
    throw new Error("the server died here");
  });
  await expect(remove(id)).rejects.toThrow();
  dying.mockRestore();
  expect(await kept("removals")).toEqual([sha256]);
  await expect(running.services.snapshot.report(id)).rejects.toMatchObject({ code: "notFound" });
  const before = await counts();

  await running.open().removal.sweep();
  expect(await counts()).toEqual([before[0], (before[1] ?? 0) - 1, (before[2] ?? 0) - 1]);
  expect(await kept("removals")).toEqual([]);
});

it("cut short, it is finished by asking again", async () => {
  const { sha256, snapshots } = await paste(9);
  const id = snapshots[0]?.id ?? "";
  const dying = vi
    .spyOn(running.store.reports, "removeReports")
    .mockRejectedValueOnce(new Error("the store went away"));
  await expect(remove(id)).rejects.toThrow();
  dying.mockRestore();
  expect(await remove(id)).toMatchObject({ sha256, removed: [id], path: "/" });
  expect(await kept("removals")).toEqual([]);
  await expect(remove(id)).rejects.toMatchObject({ code: "notFound" });
});

it("cut short, it is finished before the same file is stored again", async () => {
  const { sha256, snapshots } = await paste(8);
  const dying = vi
    .spyOn(running.store.snapshots, "removeTexts")
    .mockRejectedValueOnce(new Error("the server died here"));
  await expect(remove(snapshots[0]?.id ?? "")).rejects.toThrow();
  dying.mockRestore();
  expect(await kept("removals")).toEqual([sha256]);
  const again = await paste(8);
  expect(again.isKnown).toBe(false);
  expect(await kept("removals")).toEqual([]);
  await running.open().removal.sweep();
  const { report } = await running.open("other rules").snapshot.report(idOf(again));
  expect(report.composition?.memTotal).toBe(7000 * 1024);
});
