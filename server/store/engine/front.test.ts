import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { connectStore } from "../client";
import { startEngine } from "./start-engine.test-support";

// A busy machine takes several times as long; the slowest test here takes 2 s on an idle one.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let engine: Awaited<ReturnType<typeof startEngine>>;
let client: ClickHouseClient;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "store-front-"));
  engine = await startEngine({ dataDir: folder });
  client = connectStore({ url: engine.url });
}, 30_000);

afterAll(async () => {
  await client.close();
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
});

async function rowsOf<T>(query: string, params: Record<string, unknown> = {}): Promise<T[]> {
  const result = await client.query({ query, query_params: params, format: "JSONEachRow" });
  return result.json<T>();
}

describe("the embedded engine behind the unchanged client", () => {
  it("answers ping without a password and nothing else", async () => {
    expect(await client.ping()).toEqual({ success: true });
    const bare = new URL(engine.url);
    const refused = await fetch(`http://127.0.0.1:${bare.port}/?query=SELECT%201`);
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-clickhouse-exception-code")).toBe("516");
  });

  it("binds parameters of every type that the client can send", async () => {
    const params = {
      text: "it's a \\ tab\tand\nline ☃",
      big: "18446744073709551615",
      list: ["a'b", "c\\d"],
      map: { key: "va'lue" },
      none: null,
      on: true,
    };
    const query = `SELECT {text:String} AS text, {big:UInt64} AS big, {list:Array(String)} AS list,
      {map:Map(String, String)} AS map, {none:Nullable(String)} AS none, {on:Bool} AS on`;
    expect(await rowsOf(query, params)).toEqual([params]);
  });

  it("a parameter of an earlier query does not answer a later one that forgot it", async () => {
    for (let i = 0; i < 4; i += 1) await rowsOf("SELECT {x:UInt8} AS x", { x: 1 });
    await expect(rowsOf("SELECT {x:UInt8} AS x")).rejects.toMatchObject({ code: "456" });
  });

  it("64-bit integers keep their last digit", async () => {
    expect(await rowsOf("SELECT toUInt64(9007199254740993) AS n")).toEqual([
      { n: "9007199254740993" },
    ]);
  });

  it("a setting ends with its query, also when the query fails", async () => {
    const read = "SELECT toString(getSetting('max_block_size')) AS value";
    const [before] = await rowsOf<{ value: string }>(read);
    for (const query of [read, "SELECT nosuch"]) {
      const settings = { max_block_size: "77" };
      const asked = client.query({ query, format: "JSONEachRow", clickhouse_settings: settings });
      if (query === read) expect(await (await asked).json()).toEqual([{ value: "77" }]);
      else await expect(asked).rejects.toMatchObject({ code: "47" });
    }
    for (let i = 0; i < 4; i += 1) expect(await rowsOf(read)).toEqual([before]);
  });

  it.each([
    ["62", "SYNTAX_ERROR", "SELEKT 1"],
    ["60", "UNKNOWN_TABLE", "SELECT * FROM nosuch"],
    ["395", "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO", "SELECT throwIf(1)"],
  ])("an error keeps its code %s and type %s", async (code, type, query) => {
    await expect(rowsOf(query)).rejects.toMatchObject({ code, type });
  });

  it("an error after the first rows still reaches the reader", async () => {
    const result = await client.query({
      query: "SELECT number, throwIf(number = 900000, 'late') FROM numbers(1000000)",
      format: "JSONEachRow",
    });
    await expect(readAll(result.stream())).rejects.toThrow(/late/);
    expect(await rowsOf("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("streams a large result in pieces", async () => {
    const result = await client.query({
      query: "SELECT number FROM numbers(500000)",
      format: "JSONEachRow",
    });
    let pieces = 0;
    let rows = 0;
    for await (const batch of result.stream()) {
      pieces += 1;
      rows += batch.length;
    }
    expect(rows).toBe(500_000);
    expect(pieces).toBeGreaterThan(5);
  });

  it("inserts rows and says how many", async () => {
    await client.command({
      query: "CREATE TABLE front_rows (id UInt64, name String) ENGINE = MergeTree ORDER BY id",
    });
    const values = Array.from({ length: 1000 }, (_, id) => ({ id, name: `n\n'"\\${id}` }));
    const done = await client.insert({ table: "front_rows", values, format: "JSONEachRow" });
    expect(done.summary?.written_rows).toBe("1000");
    expect(await rowsOf("SELECT count() AS n, uniqExact(name) AS u FROM front_rows")).toEqual([
      { n: "1000", u: "1000" },
    ]);
  });

  it("refuses a row with a column that the table has not", async () => {
    const values = [{ id: 1, nmae: "typo" }];
    await expect(
      client.insert({ table: "front_rows", values, format: "JSONEachRow" }),
    ).rejects.toMatchObject({ code: "117" });
  });

  it("compresses both ways", async () => {
    const zipped = connectStore({
      url: `${engine.url}?compression_request=1&compression_response=1`,
    });
    const values = [{ id: 5000, name: "x".repeat(1_000_000) }];
    await zipped.insert({ table: "front_rows", values, format: "JSONEachRow" });
    const result = await zipped.query({
      query: "SELECT length(name) AS size, name FROM front_rows WHERE id = 5000",
      format: "JSONEachRow",
    });
    expect(result.response_headers["content-encoding"]).toBe("gzip");
    expect(await result.json()).toEqual([{ size: "1000000", name: "x".repeat(1_000_000) }]);
    await zipped.close();
  });

  it("answers a quick query while a slow one and an insert run", async () => {
    const slow = rowsOf("SELECT sleep(2)");
    const startedAt = performance.now();
    await rowsOf("SELECT 1");
    expect(performance.now() - startedAt).toBeLessThan(1500);
    await slow;
  });

  it("a client that leaves in the middle frees its connection", async () => {
    const query =
      "SELECT number, repeat('x', 1000) FROM numbers(50000000) SETTINGS max_block_size = 1000";
    for (let i = 0; i < 6; i += 1) {
      const result = await client.query({ query, format: "JSONEachRow" });
      result.close();
    }
    expect(await rowsOf("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });
});

async function readAll(stream: AsyncIterable<unknown[]>): Promise<number> {
  let rows = 0;
  for await (const batch of stream) rows += batch.length;
  return rows;
}
