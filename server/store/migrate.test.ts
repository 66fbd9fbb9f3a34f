import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { connectStore } from "./client";
import { startEngine } from "./engine/start-engine.test-support";
import { migrate } from "./migrate";

// A busy machine takes several times as long.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let engine: Awaited<ReturnType<typeof startEngine>>;
let client: ClickHouseClient;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "store-migrate-"));
  engine = await startEngine({ dataDir: path.join(folder, "data") });
  client = connectStore({ url: engine.url });
}, 30_000);

afterAll(async () => {
  await client.close();
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
});

async function folderOf(files: Record<string, string>): Promise<string> {
  const made = await mkdtemp(path.join(folder, "sql-"));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(made, name), text);
  return made;
}

describe("migrations", () => {
  it("the project's own run once, and a second start finds nothing to do", async () => {
    const first = await migrate(client);
    expect(first.length).toBeGreaterThan(0);
    expect(await migrate(client)).toEqual([]);
  });

  it("run by number, and a new one runs alone", async () => {
    const sql = "CREATE TABLE IF NOT EXISTS first (a Int8) ENGINE = MergeTree ORDER BY a;\n-- end";
    const alter = "ALTER TABLE first ADD COLUMN IF NOT EXISTS b Int8;\nSELECT b FROM first";
    const made = await folderOf({ "9002_b.sql": alter, "9001_a.sql": sql, "notes.md": "no SQL" });
    expect(await migrate(client, made)).toEqual(["9001_a.sql", "9002_b.sql"]);
    await writeFile(path.join(made, "9003_c.sql"), "SELECT 1");
    expect(await migrate(client, made)).toEqual(["9003_c.sql"]);
  });

  it("one that fails is named and not recorded", async () => {
    const made = await folderOf({ "9100_bad.sql": "CREATE TABLE oops" });
    await expect(migrate(client, made)).rejects.toThrow(/9100_bad\.sql failed/);
    await writeFile(path.join(made, "9100_bad.sql"), "SELECT 1");
    expect(await migrate(client, made)).toEqual(["9100_bad.sql"]);
  });

  it("two servers may start at the same moment", async () => {
    const sql = "CREATE TABLE IF NOT EXISTS both (a Int8) ENGINE = MergeTree ORDER BY a";
    const made = await folderOf({ "9200_both.sql": sql });
    await Promise.all([migrate(client, made), migrate(client, made)]);
    expect(await migrate(client, made)).toEqual([]);
  });
});
