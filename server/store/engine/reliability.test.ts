import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, statfs, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterEach, describe, expect, it, vi } from "vitest";
import { connectStore } from "../client";
import { startEngine } from "./start-engine.test-support";

// A busy machine takes several times as long.
vi.setConfig({ testTimeout: 30_000 });

type Engine = Awaited<ReturnType<typeof startEngine>>;

const undo: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "store-reliability-"));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function open(dataDir: string, reserveBytes?: number): Promise<[Engine, ClickHouseClient]> {
  const engine = await startEngine({
    dataDir,
    ...(reserveBytes === undefined ? {} : { reserveBytes }),
  });
  const client = connectStore({ url: engine.url });
  undo.push(
    () => engine.stop(),
    () => client.close(),
  );
  return [engine, client];
}

const TABLE = `CREATE TABLE IF NOT EXISTS kept (id UInt64, text String) ENGINE = MergeTree ORDER BY id
  SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

async function insertIds(client: ClickHouseClient, ids: readonly number[]): Promise<void> {
  const values = ids.map((id) => ({ id, text: `row ${id} `.repeat(50) }));
  await client.insert({ table: "kept", values, format: "JSONEachRow" });
}

async function idsIn(client: ClickHouseClient): Promise<Set<number>> {
  const result = await client.query({
    query: "SELECT toUInt32(id) AS id FROM kept",
    format: "JSONEachRow",
  });
  return new Set((await result.json<{ id: number }>()).map((row) => row.id));
}

describe("an engine that is killed", () => {
  it("keeps every row it acknowledged, ten times over", { timeout: 120_000 }, async () => {
    const dataDir = await newFolder();
    const acknowledged: number[] = [];
    let next = 0;
    for (let round = 0; round < 10; round += 1) {
      const [engine, client] = await open(dataDir);
      await client.command({ query: TABLE });
      const kept = await idsIn(client);
      expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
      setTimeout(() => process.kill(engine.pid, "SIGKILL"), 60 + round * 35);
      next = await insertUntilDead(client, next, acknowledged);
      await engine.exited;
    }
    expect(acknowledged.length).toBeGreaterThan(100);
    const [, client] = await open(dataDir);
    const kept = await idsIn(client);
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  });

  it("frees its folder for the next one", { timeout: 30_000 }, async () => {
    const dataDir = await newFolder();
    const [engine] = await open(dataDir);
    process.kill(engine.pid, "SIGKILL");
    await engine.exited;
    const [again] = await open(dataDir);
    expect(again.pid).not.toBe(engine.pid);
  });
});

async function insertUntilDead(
  client: ClickHouseClient,
  from: number,
  acknowledged: number[],
): Promise<number> {
  let next = from;
  try {
    for (;;) {
      const ids = Array.from({ length: 20 }, (_, i) => next + i);
      next += ids.length;
      await insertIds(client, ids);
      acknowledged.push(...ids);
    }
  } catch {
    return next; // the engine is dead, as planned
  }
}

describe("a data folder", () => {
  it("is refused while another engine holds it, and the reason names that one", async () => {
    const dataDir = await newFolder();
    const [engine] = await open(dataDir);
    await expect(startEngine({ dataDir })).rejects.toThrow(
      new RegExp(`in use by another engine \\(process ${engine.pid}\\).*MEMLEDGER_DATA`),
    );
  }, 20_000);

  it("says at open which damaged part is missing from the answers", async () => {
    const dataDir = await newFolder();
    const [engine, client] = await open(dataDir);
    await client.command({ query: TABLE });
    await insertIds(client, [1, 2, 3]);
    await engine.stop();
    await truncate(await findPartFile(dataDir), 3);
    const [again] = await open(dataDir);
    expect(again.brokenParts).toEqual([
      { table: "kept", part: expect.stringContaining("broken"), reason: "broken-on-start" },
    ]);
  }, 20_000);

  it("that cannot be opened is explained by what the engine complained of", async () => {
    const dataDir = await newFolder();
    await mkdir(path.join(dataDir, "status"));
    await expect(startEngine({ dataDir })).rejects.toThrow(/DB::\w*Exception.*status/);
  }, 20_000);
});

async function findPartFile(dataDir: string): Promise<string> {
  const files = await readdir(path.join(dataDir, "store"), { recursive: true });
  const found = files.find((file) => /all_\d+_\d+_\d+\/data\.bin$/.test(file));
  if (found === undefined) throw new Error("no part of the table was found");
  return path.join(dataDir, "store", found);
}

describe("a disk that fills up", () => {
  it("inserts stop at the reserve with a clear error, and reading goes on", async () => {
    const [, client] = await open(await newFolder(), Number.MAX_SAFE_INTEGER);
    await client.command({ query: TABLE });
    await expect(insertIds(client, [1])).rejects.toMatchObject({
      code: "243",
      type: "NOT_ENOUGH_SPACE",
      message: expect.stringContaining("kept in reserve"),
    });
    expect(await idsIn(client)).toEqual(new Set());
  }, 20_000);

  it("what makes room is written into the reserve still, but for its last quarter", async () => {
    const folder = await newFolder();
    const { bavail, bsize } = await statfs(folder);
    const settings =
      "CREATE TABLE IF NOT EXISTS settings (name String) ENGINE = MergeTree ORDER BY name";
    const values = [{ name: "retention.samples" }];
    const insert = { table: "settings", values, format: "JSONEachRow" } as const;
    const [engine, client] = await open(folder, bavail * bsize * 2);
    await client.command({ query: TABLE });
    await client.command({ query: settings });
    await expect(insertIds(client, [1])).rejects.toMatchObject({ code: "243" });
    await client.insert(insert);
    const large = { ...insert, values: [{ name: "x".repeat(100_000) }] };
    await expect(client.insert(large)).rejects.toMatchObject({ code: "243" });
    await engine.stop();
    const [, full] = await open(folder, bavail * bsize * 5);
    await expect(full.insert(insert)).rejects.toMatchObject({ code: "243" });
  });

  it.skipIf(!canMount())(
    "keeps what it acknowledged and can still drop rows",
    async () => {
      const folder = await newFolder();
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=96m", "tmpfs", folder]);
      undo.push(() => execFileSync("umount", ["-l", folder]));
      const [, client] = await open(folder, 32 * 1024 * 1024);
      await client.command({ query: TABLE });
      const acknowledged = await fillUp(client);
      expect((await idsIn(client)).size).toBe(acknowledged);
      await client.command({ query: "TRUNCATE TABLE kept" });
      expect((await idsIn(client)).size).toBe(0);
    },
    60_000,
  );
});

/** Inserts rows that do not compress until the engine refuses; how many it took. */
async function fillUp(client: ClickHouseClient): Promise<number> {
  for (let rows = 0; ; rows += 100) {
    const query = `INSERT INTO kept SELECT number + ${rows}, randomString(10000) FROM numbers(100)`;
    try {
      await client.command({ query });
    } catch (error) {
      expect(error).toMatchObject({ code: "243" });
      expect(rows).toBeGreaterThan(0);
      return rows;
    }
  }
}

function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    execFileSync("unshare", ["-m", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
