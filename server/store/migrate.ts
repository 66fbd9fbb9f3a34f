import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";

const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/;

const REGISTER = `
CREATE TABLE IF NOT EXISTS schema_migrations (name String, applied_at DateTime64(3, 'UTC'))
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY name
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

/**
 * Brings the tables up to date: runs every `NNNN_name.sql` that is not in `schema_migrations`, by number.
 *
 * ClickHouse has neither transactions over DDL nor locks, so two servers may run a file at the same time and a
 * file may run again after a crash: **every statement must be repeatable** (`IF NOT EXISTS`, `IF EXISTS`).
 * A file may hold several statements, each ended by `;` at the end of a line.
 *
 * @returns the names of the files that were run now
 */
export async function migrate(
  client: ClickHouseClient,
  folder = path.join(process.cwd(), "server/store/migrations"),
): Promise<string[]> {
  await client.command({ query: REGISTER });
  const applied = await appliedNames(client);
  const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort();
  const waiting = names.filter((name) => !applied.has(name));
  for (const name of waiting) await applyFile(client, path.join(folder, name));
  return waiting;
}

async function appliedNames(client: ClickHouseClient): Promise<Set<string>> {
  const result = await client.query({
    query: "SELECT DISTINCT name FROM schema_migrations",
    format: "JSONEachRow",
  });
  const rows = await result.json<{ name: string }>();
  return new Set(rows.map((row) => row.name));
}

async function applyFile(client: ClickHouseClient, file: string): Promise<void> {
  const text = await readFile(file, "utf8");
  for (const statement of splitStatements(text)) {
    try {
      await client.command({ query: statement });
    } catch (error) {
      throw new Error(`Migration ${path.basename(file)} failed: ${String(error)}`, {
        cause: error,
      });
    }
  }
  await client.insert({
    table: "schema_migrations",
    values: [{ name: path.basename(file), applied_at: new Date().toISOString().slice(0, -1) }],
    format: "JSONEachRow",
  });
}

function splitStatements(text: string): string[] {
  return text
    .split(/;[ \t]*(?:\r?\n|$)/)
    .filter((part) => part.replace(/--[^\n]*/g, "").trim() !== "");
}
