import { existsSync } from "node:fs";
import { chown, lstat, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { connectStore } from "../../store/client";
import { startEngine } from "../../store/engine/start-engine.test-support";
import { migrate } from "../../store/migrate";
import { createSampleStore } from "../../store/samples";
import { sampleOf } from "../../store/series.test-support";
import { restore as restoreTo, startBackedUp } from "./backup.test-support";
import { restoreBackup } from "./restore-backup";
import { findUnfinishedRestore } from "./unfinished-restore";

vi.setConfig({ testTimeout: 120_000 });

let running: Awaited<ReturnType<typeof startBackedUp>>;
let root: string;
let dataDir: string;
let client: ClickHouseClient;
/** A backup as a folder and as a file, made once, while the engine ran. */
let asFolder: string;
let asFile: string;
/** Where the present test restores to. */
let target: string;

beforeAll(async () => {
  running = await startBackedUp();
  ({ root, dataDir, client } = running);
  asFolder = path.join(root, "folder-backup");
  asFile = path.join(root, "file-backup.tar");
  await running.backUp(asFolder);
  await running.backUp(asFile);
}, 120_000);

afterAll(() => running.stop());

beforeEach(async () => {
  target = await running.newTarget();
});

const backUp = (to: string) => running.backUp(to);
const restore = (from: string, replace = false) => restoreTo(from, target, replace);

/** Every table with all its rows as the engine prints them, and what it was made by. */
async function contentsOf(of: ClickHouseClient): Promise<Map<string, readonly string[]>> {
  const json = async (query: string) =>
    (await (await of.query({ query, format: "JSONEachRow" })).json()) as Record<string, string>[];
  const tables = await json(
    `SELECT name, create_table_query AS made, engine FROM system.tables
     WHERE database = currentDatabase() ORDER BY name`,
  );
  const contents = new Map<string, readonly string[]>();
  for (const { name = "", made = "", engine: kind = "" } of tables) {
    const rows = kind.endsWith("MergeTree")
      ? (await json(`SELECT * FROM ${name} ORDER BY ALL`)).map((row) => JSON.stringify(row))
      : [];
    contents.set(name, [made, ...rows]);
  }
  return contents;
}

async function withRestored<T>(use: (restored: ClickHouseClient) => Promise<T>): Promise<T> {
  const own = await startEngine({ dataDir: path.join(target, "clickhouse") });
  const restored = connectStore({ url: own.url });
  try {
    return await use(restored);
  } finally {
    await restored.close();
    await own.stop();
  }
}

describe("a backup that is restored", () => {
  it.each(["folder", "file"])("as a %s gives every row of every table back", async (kind) => {
    const before = await contentsOf(client);
    expect([...before.values()].filter((rows) => rows.length > 1).length).toBeGreaterThanOrEqual(
      14,
    );
    const { manifest, setAside } = await restore(kind === "folder" ? asFolder : asFile);
    expect(setAside).toBeUndefined();
    expect(manifest.tables.find(({ name }) => name === "events")?.rows).toBe(2);
    expect(await findUnfinishedRestore(target)).toBeUndefined();
    await withRestored(async (restored) => {
      expect(await contentsOf(restored)).toEqual(before);
      // Every migration is known, and the views go on filling the rollups.
      expect(await migrate(restored)).toEqual([]);
      await createSampleStore(restored).insertSamples([sampleOf("new", Date.now())]);
      const found = await restored.query({
        query: "SELECT sum(length(seen)) AS n FROM rollup_5m WHERE node = 'new'",
        format: "JSONEachRow",
      });
      expect(await found.json()).toEqual([{ n: "1" }]);
    });
  });

  it("has the access secret's hash and the archives, and no key of sessions", async () => {
    await restore(asFile);
    expect(await readFile(path.join(target, "access.json"), "utf8")).toBe(
      await readFile(path.join(dataDir, "access.json"), "utf8"),
    );
    const names = await readdir(target);
    expect(names.sort()).toEqual(["access.json", "archives", "clickhouse"]);
    expect(await readFile(path.join(target, "archives", "a".repeat(64)), "utf8")).toBe(
      "an archive",
    );
    expect(await readFile(asFile, "latin1")).not.toContain("signs sessions");
  });

  it("is readable by its owner alone, and leaves no half-made thing behind", async () => {
    expect((await stat(asFile)).mode & 0o777).toBe(0o600);
    expect((await stat(asFolder)).mode & 0o777).toBe(0o700);
    expect((await readdir(root)).filter((name) => name.includes("partial"))).toEqual([]);
    const links = path.join(dataDir, "clickhouse", "backups");
    expect(await readdir(links)).toEqual([]);
    await symlink(path.join(root, "gone"), path.join(links, "of-a-killed-command"));
    await backUp(path.join(root, "after-a-killed-one.tar"));
    expect(await readdir(links)).toEqual([]);
  });

  it("holds all that was acknowledged before it began, in tables and views alike, while inserts go on", async () => {
    let acknowledged = 0;
    let isOver = false;
    const samples = createSampleStore(client);
    const start = Date.now() - 24 * 3600_000;
    const writing = (async () => {
      for (; !isOver; acknowledged += 1)
        await samples.insertSamples([sampleOf("busy", start + acknowledged * 10_000)]);
    })();
    const made: { readonly place: string; readonly before: number }[] = [];
    for (let round = 0; round < 3; round += 1) {
      const place = path.join(root, `busy-${round}.tar`);
      const seen = acknowledged;
      await vi.waitFor(() => expect(acknowledged).toBeGreaterThan(seen + 10), 30_000);
      made.push({ place, before: acknowledged });
      await backUp(place);
    }
    isOver = true;
    await writing;
    expect(acknowledged).toBeGreaterThan(made.at(-1)?.before ?? 0);
    for (const { place, before } of made) {
      target = await running.newTarget();
      await restore(place);
      await withRestored(async (restored) => {
        const [inTable, ...inViews] = await countBusy(restored);
        expect(inTable).toBeGreaterThanOrEqual(before);
        expect(inViews).toEqual([inTable, inTable]);
      });
    }
  });
});

/** Samples of the busy node in the table and in the two rollups that it fills. */
async function countBusy(of: ClickHouseClient): Promise<number[]> {
  const inRollup = (table: string) =>
    `SELECT toUInt32(uniqExact(slot, sample.1)) AS n FROM ${table} ARRAY JOIN seen AS sample WHERE node = 'busy'`;
  const counts: number[] = [];
  for (const query of [
    "SELECT toUInt32(count()) AS n FROM samples FINAL WHERE node = 'busy'",
    inRollup("rollup_5m"),
    inRollup("rollup_1h"),
  ]) {
    const found = await of.query({ query, format: "JSONEachRow" });
    counts.push((await found.json<{ n: number }>())[0]?.n ?? -1);
  }
  return counts;
}

describe("a folder in use", () => {
  it("is refused, and with the word for it set aside whole", async () => {
    await writeFile(path.join(target, "access.json"), "old");
    await writeFile(path.join(target, "session.key"), "old key");
    await expect(restore(asFolder)).rejects.toThrow(/is not empty.*--replace/);
    expect(await readFile(path.join(target, "access.json"), "utf8")).toBe("old");
    const { setAside = "" } = await restore(asFolder, true);
    expect((await readdir(setAside)).sort()).toEqual(["access.json", "session.key"]);
    expect(await readFile(path.join(target, "access.json"), "utf8")).toContain("scrypt");
    expect(existsSync(path.join(target, "session.key"))).toBe(false);
    // What was set aside does not count as contents, and is not lost by the next one.
    await expect(restore(asFolder)).rejects.toThrow(/is not empty/);
    await restore(asFolder, true);
    expect((await readdir(setAside)).sort()).toEqual(["access.json", "session.key"]);
  });

  it.skipIf(process.getuid?.() !== 0)("keeps its owner when root restores into it", async () => {
    await chown(target, 12345, 12345);
    await restore(asFile);
    for (const name of ["clickhouse", "access.json", "archives"])
      expect((await stat(path.join(target, name))).uid).toBe(12345);
    const inside = await readdir(path.join(target, "clickhouse"), { recursive: true });
    for (const name of inside)
      expect((await lstat(path.join(target, "clickhouse", name))).uid).toBe(12345);
  });

  it("that a restore was cut short in is known, and the restore may be run again", async () => {
    // One that never comes back, as when the machine goes down.
    const hanging = vi.fn(() => new Promise<never>(() => {}));
    const dying = { dataDir: target, openStore: hanging, now: Date.now };
    void restoreBackup(dying, asFile, { replace: false });
    await vi.waitFor(() => expect(hanging).toHaveBeenCalled(), 30_000);
    expect(await findUnfinishedRestore(target)).toContain("did not end");
    await restore(asFolder);
    expect(await findUnfinishedRestore(target)).toBeUndefined();
  });
});

describe("a target that cannot take a backup", () => {
  it("is refused before anything is written", async () => {
    await expect(backUp(asFile)).rejects.toThrow(/is there already/);
    await expect(backUp(asFolder)).rejects.toThrow(/is there already/);
    await expect(backUp(path.join(root, "x.tar.gz"))).rejects.toThrow(/ends in \.tar/);
    await expect(backUp(path.join(dataDir, "own.tar"))).rejects.toThrow(/belongs elsewhere/);
    await expect(backUp(path.join(root, "no", "such", "x.tar"))).rejects.toThrow(/no folder/);
  });
});
