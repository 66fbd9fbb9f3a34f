import { existsSync } from "node:fs";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RetentionLevel } from "../store/retention";
import { startServices } from "./running-services.test-support";

vi.setConfig({ testTimeout: 30_000 });

let running: Awaited<ReturnType<typeof startServices>>;

beforeAll(async () => {
  running = await startServices();
}, 60_000);
afterAll(() => running.stop());

const service = () => running.services.retention;
const level = async (id: RetentionLevel) => {
  const found = (await service().read()).levels.find((each) => each.id === id);
  if (!found) throw new Error(`no level ${id}`);
  return found;
};

/** Rows of one kind at several ages in days. */
const INSERTS: Record<RetentionLevel, (ages: string) => string> = {
  samples: (ages) =>
    `INSERT INTO samples (node, at, mem_total) SELECT 'a', now() - toIntervalHour(24 * arrayJoin(${ages})), 1`,
  rollup5m: (ages) =>
    `INSERT INTO rollup_5m (node, slot) SELECT 'own', now() - toIntervalHour(24 * arrayJoin(${ages}))`,
  rollup1h: (ages) =>
    `INSERT INTO rollup_1h (node, slot) SELECT 'own', now() - toIntervalHour(24 * arrayJoin(${ages}))`,
  snapshots: (ages) =>
    `INSERT INTO snapshots (id, node, received_at) SELECT toString(age), 'a', now() - toIntervalHour(24 * age)
     FROM (SELECT arrayJoin(${ages}) AS age)`,
  pushedTexts: (ages) =>
    `INSERT INTO pushed_texts (node, at) SELECT toString(age), now() - toIntervalHour(24 * age)
     FROM (SELECT arrayJoin(${ages}) AS age)`,
  events: (ages) =>
    `INSERT INTO events (node, id, at, kind, text, detail)
     SELECT 'a', toString(age), now() - toIntervalHour(24 * age), 'note', '', ''
     FROM (SELECT arrayJoin(${ages}) AS age)`,
};

const AGED = {
  samples: ["samples", "at"],
  // The views fill these from the samples above as well.
  rollup5m: ["rollup_5m", "slot", "node = 'own'"],
  rollup1h: ["rollup_1h", "slot", "node = 'own'"],
  snapshots: ["snapshots", "received_at"],
  pushedTexts: ["pushed_texts", "at"],
  events: ["events", "at"],
} as const satisfies Record<string, readonly [string, string, string?]>;

/** Ages in whole days of the rows that are left, youngest first. */
async function agesOf(id: RetentionLevel): Promise<number[]> {
  const [table, column, where = "1"] = AGED[id];
  const result = await running.client.query({
    query: `SELECT toUInt32(dateDiff('hour', ${column}, now()) / 24 + 0.5) AS age FROM ${table} WHERE ${where}
            ORDER BY age`,
    format: "JSONEachRow",
  });
  return (await result.json<{ age: number }>()).map(({ age }) => age);
}

describe("a shorter retention", () => {
  it.each([
    ["samples", 30, 3, [0, 1, 10, 20]],
    ["rollup5m", 300, 30, [0, 1, 100, 200]],
    ["rollup1h", 3000, 400, [0, 1, 1000, 2000]],
    ["snapshots", null, 30, [0, 1, 100, 1000]],
    ["pushedTexts", 700, 2, [0, 1, 100, 600]],
    ["events", null, 30, [0, 1, 100, 1000]],
  ] as const)("of %s removes the old rows and keeps the young", async (id, long, short, ages) => {
    await service().set(id, long);
    await running.client.command({ query: INSERTS[id](`[${ages.join(",")}]`) });
    expect(await agesOf(id)).toEqual(ages);
    expect(await service().preview(id, short)).toEqual({ rows: 2 });
    await service().set(id, short);
    expect((await level(id)).days).toBe(short);
    await vi.waitFor(async () => expect(await agesOf(id)).toEqual([0, 1]), {
      timeout: 10_000,
      interval: 100,
    });
  });

  it("still holds after a crash, and rows that come in late and too old go too", async () => {
    await service().set("samples", 3);
    await running.crash();
    const restarted = running.open().retention;
    await restarted.apply();
    expect((await restarted.read()).levels.find(({ id }) => id === "samples")?.days).toBe(3);
    await running.client.command({ query: INSERTS.samples("[20, 0]") });
    await running.client.command({ query: "OPTIMIZE TABLE samples FINAL" });
    await vi.waitFor(async () => expect(Math.max(...(await agesOf("samples")))).toBe(1), 10_000);
  });

  it("that a server wrote down and died over is applied at the next start", async () => {
    await running.store.settings.writeSetting(
      "retention.events",
      JSON.stringify({ days: 40 }),
      "2027-01-01T00:00:00.000Z",
    );
    await running.client.command({ query: INSERTS.events("[50]") });
    await running.open().retention.apply();
    await vi.waitFor(async () => expect(await agesOf("events")).not.toContain(50), 10_000);
  });

  it("of snapshots takes the original archives along", async () => {
    const folder = join(running.dataDir, "archives");
    await mkdir(folder, { recursive: true });
    const [old, young] = ["a", "b"].map((digit) => join(folder, digit.repeat(64)));
    for (const [path, days] of [
      [old, 40],
      [young, 20],
    ] as const) {
      await writeFile(path ?? "", "archive");
      const at = new Date(Date.now() - days * 24 * 3600 * 1000);
      await utimes(path ?? "", at, at);
    }
    await service().set("snapshots", 30);
    expect([existsSync(old ?? ""), existsSync(young ?? "")]).toEqual([false, true]);
  });
});

describe("limits", () => {
  it.each([
    ["samples", 0, /1 to 366 whole days/],
    ["samples", 367, /1 to 366 whole days/],
    ["samples", 2.5, /whole days/],
    ["samples", null, /1 to 366 days/],
    ["samples", 200, /5-minute values \(\d+ days\) must be kept at least as long/],
    ["rollup5m", 13, /14 to 732/],
    ["rollup1h", Number.NaN, /30 to 3650/],
    ["events", -1, /30 to 3650/],
  ] as const)("%s for %s days is refused and changes nothing", async (id, days, why) => {
    await service().set("rollup5m", 60);
    const before = await level(id);
    await expect(service().set(id, days)).rejects.toThrow(why);
    expect(await service().preview(id, days)).toEqual({ refusal: expect.stringMatching(why) });
    expect((await level(id)).days).toBe(before.days);
  });
});

it("tells what each level takes, and what a day of it takes once that can be told", async () => {
  await service().set("samples", 7);
  await running.client.command({
    query: `INSERT INTO samples (node, at, mem_total)
            SELECT 'perday', now() - toIntervalMinute(number), rand() FROM numbers(5000)`,
  });
  const { rows, bytes, bytesPerDay = 0, oldestAt = "", newestAt = "" } = await level("samples");
  expect(rows).toBeGreaterThanOrEqual(5000);
  const days = (Date.parse(newestAt) - Date.parse(oldestAt)) / (24 * 3600 * 1000);
  expect(days).toBeGreaterThan(3);
  expect(bytesPerDay).toBeCloseTo(bytes / days, 5);
});

it("tells the room that is left, the tables, and what is set aside as broken", async () => {
  const status = await running.services.storage.read();
  expect(status).toMatchObject({
    isEmbedded: true,
    reserve: 64 * 1024 * 1024,
    isBelowReserve: false,
    broken: [],
  });
  expect(status.disk?.free).toBeGreaterThan(0);
  expect(status.disk?.total).toBeGreaterThan(status.disk?.free ?? 0);
  const names = status.tables.map(({ table }) => table);
  expect(names).toEqual(expect.arrayContaining(["samples", "agent_tokens", "settings"]));
  expect(names).not.toContain("rollup_5m_of_samples");
  expect(new Set(names).size).toBe(names.length);
  const samples = status.tables.find(({ table }) => table === "samples");
  expect(samples?.rows).toBe((await level("samples")).rows);
});
