import type { ClickHouseClient } from "@clickhouse/client";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOSTILE, sampleOf, startSeries } from "./series.test-support";

let running: Awaited<ReturnType<typeof startSeries>>;
let client: ClickHouseClient;
let samples: (typeof running)["samples"];
let series: (typeof running)["series"];

beforeAll(async () => {
  running = await startSeries();
  ({ client, samples, series } = running);
}, 60_000);

afterAll(() => running.stop());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
// Whole hours, near the present: what is older than the retention goes.
const NOW = Math.floor(Date.now() / HOUR) * HOUR;

describe("a sample", () => {
  it("comes back as it was written, absent facts absent, whatever its names hold", async () => {
    const full = sampleOf("back", NOW - 1234, {
      takenAtMs: 1234.5,
      bootId: HOSTILE,
      hostname: HOSTILE,
      kernel: HOSTILE,
      lacks: [HOSTILE, "slabinfo needs root"],
      labels: { [HOSTILE]: HOSTILE, pool: "gpu" },
      buckets: { allocpage: -4096, free: 2 ** 52 },
    });
    const { hostname: _, kernel: __, uptimeSeconds: ___, ...rest } = sampleOf("bare", NOW);
    const { available: ____, oomKills: _____, ...bare } = rest;
    await samples.insertSamples([full, bare, sampleOf(HOSTILE, NOW)]);
    const latest = await series.readLatest(["back", "bare", HOSTILE, "nobody"]);
    expect(latest.get("back")).toEqual({ ...full, takenAtMs: 1235 });
    expect(latest.get("bare")).toEqual(bare);
    expect([...latest.keys()].sort()).toEqual([HOSTILE, "back", "bare"].sort());
    expect(await series.activeNodes(NOW)).toEqual([HOSTILE, "bare"].sort());
  });

  it("of any numbers and texts is taken, and read again: one node must not spoil the batch of others", async () => {
    const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(2 ** 64, -(2 ** 64), 1e300));
    const text = fc.string({ unit: "binary" });
    const list = fc.array(fc.tuple(text, number), { maxLength: 3 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(number, text, list, async (value, word, pairs) => {
        run += 1;
        const node = `any-${run}-${word}`;
        const sample = sampleOf(node, NOW - MINUTE, {
          ...{ bootId: word, hostname: word, kernel: word, uptimeSeconds: value, oomKills: value },
          ...{ memTotal: value, available: value, sockets: value, unexplained: value },
          buckets: { anon: value, free: value },
          slabCaches: pairs.map(([name, bytes]) => ({ name, bytes })),
          holders: pairs.map(([comm, size]) => ({
            ...{ comm, pid: size, sockets: size, queued: size, upper: size },
          })),
          cgroups: pairs.map(([path, bytes]) => ({ path, bytes })),
          ...{ lacks: [word], labels: { [word]: word } },
        });
        await samples.insertSamples([sample]);
        const span = {
          node: node.replace(/\p{Surrogate}/gu, "\ufffd"),
          fromMs: NOW - HOUR,
          toMs: NOW,
        };
        expect((await series.readHistory({ ...span, points: 90 })).points.length).toBe(1);
        await series.readPanels({ ...span, points: 90, top: 5 });
        expect((await series.readLatest([span.node])).size).toBe(1);
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it("is known by its boot and the node's own time", async () => {
    const one = sampleOf("known", NOW - HOUR, { takenAtMs: 5000, bootId: "x" });
    await samples.insertSamples([one, sampleOf("known", NOW)]);
    const span = { fromMs: NOW - HOUR, toMs: NOW - 1 };
    const known = await samples.knownKeys({ nodes: ["known", "nobody"], ...span });
    const key = { bootId: "x", takenAtMs: 5000, atMs: NOW - HOUR };
    expect([...known]).toEqual([["known", [{ ...key, isWhole: true }]]]);
  });

  it.each(["rollup_5m", "rollup_1h"])(
    "that %s lacks is known as written in part",
    async (rollup) => {
      const node = `half-${rollup}`;
      await samples.insertSamples([sampleOf(node, NOW)]);
      await client.command({
        query: `ALTER TABLE ${rollup} DELETE WHERE node = {node:String} SETTINGS mutations_sync = 1`,
        query_params: { node },
      });
      const known = await samples.knownKeys({ nodes: [node], fromMs: NOW, toMs: NOW });
      expect(known.get(node)).toMatchObject([{ atMs: NOW, isWhole: false }]);
      await samples.insertSamples([sampleOf(node, NOW)]);
      const again = await samples.knownKeys({ nodes: [node], fromMs: NOW, toMs: NOW });
      expect(again.get(node)?.some(({ isWhole }) => isWhole)).toBe(true);
    },
  );

  it("that comes late does not become the newest", async () => {
    await samples.insertSamples([sampleOf("late", NOW)]);
    await samples.insertSamples([sampleOf("late", NOW - HOUR)]);
    expect((await series.readLatest(["late"])).get("late")?.atMs).toBe(NOW);
  });
});

it("of thousands of nodes with long names are asked for at once", async () => {
  const names = Array.from({ length: 3000 }, (_, i) => `${"\u8282".repeat(i % 200)}-${i}`);
  await samples.insertSamples(names.map((node) => sampleOf(node, NOW)));
  const span = { fromMs: NOW, toMs: NOW };
  expect((await samples.knownKeys({ nodes: names, ...span })).size).toBe(3000);
  expect((await series.readLatest(names)).size).toBe(3000);
  const trend = { nodes: names, series: "anon", fromMs: NOW, toMs: NOW + HOUR } as const;
  expect((await series.readTrendSeries({ ...trend, level: "1h" })).size).toBe(3000);
}, 120_000);

it("what was acknowledged is synced to disk", async () => {
  const result = await client.query({
    query: `SELECT name FROM system.tables WHERE database = currentDatabase()
            AND engine_full LIKE '%fsync_after_insert = 1%fsync_part_directory = 1%'`,
    format: "JSONEachRow",
  });
  const names = (await result.json<{ name: string }>()).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(["samples", "latest", "rollup_5m", "rollup_1h", "pushed_texts"]),
  );
});
