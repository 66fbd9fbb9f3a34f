// What samples cost on disk, and how long a node's history takes to read.
//   node bench/series.mjs [--nodes 20] [--days 30] [--runs 50]
// --nodes nodes for one day and one node for --days days, a sample every 30 s, every tenth with its lists. The sizes
// are random walks in pages; some columns stand still, as on a machine.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DAY_MS, STEP_MS, samplesOf } from "./history-samples.mjs";
import { loadSource } from "./load-source.mjs";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "20" },
    days: { type: "string", default: "30" },
    runs: { type: "string", default: "50" },
  },
});
const [NODES, DAYS, RUNS] = [Number(values.nodes), Number(values.days), Number(values.runs)];
/**
 * @param {string} what
 * @param {() => Promise<{ points?: readonly unknown[] }>} read
 */
async function timed(what, read) {
  /** @type {number[]} */
  const took = [];
  let points = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const started = performance.now();
    points = (await read()).points?.length ?? 0;
    took.push(performance.now() - started);
  }
  took.sort((a, b) => a - b);
  const at = (share = 0) => (took[Math.min(RUNS - 1, Math.floor(RUNS * share))] ?? 0).toFixed(0);
  console.log(`${what}: ${points} points, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms of ${RUNS}`);
}

await loadSource(async (load) => {
  const { startEngine } = await load("/server/store/engine/start-engine.test-support.ts");
  const { connectStore } = await load("/server/store/client.ts");
  const { migrate } = await load("/server/store/migrate.ts");
  const { createSampleStore } = await load("/server/store/samples.ts");
  const { createSeriesStore } = await load("/server/store/series.ts");
  const dataDir = await mkdtemp(join(tmpdir(), "memledger-bench-series-"));
  const engine = await startEngine({ dataDir });
  const client = connectStore({ url: engine.url });
  try {
    await migrate(client);
    const samples = createSampleStore(client);
    const series = createSeriesStore(client);
    const nowMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;

    /** @param {string} node */
    const fill = async (node, fromMs = 0) => {
      const all = [...samplesOf(node, fromMs, nowMs)];
      for (let at = 0; at < all.length; at += 2880)
        await samples.insertSamples(all.slice(at, at + 2880));
    };
    const settle = async () => {
      for (const table of ["samples", "latest", "rollup_5m", "rollup_1h"])
        await client.command({ query: `OPTIMIZE TABLE ${table} FINAL` });
      const parts = await client.query({
        query: `SELECT table, sum(rows) AS rows, sum(data_compressed_bytes) AS bytes FROM system.parts
                WHERE active AND table IN ('samples', 'rollup_5m', 'rollup_1h') GROUP BY table ORDER BY table`,
        format: "JSONEachRow",
      });
      return parts.json();
    };
    /** @param {number} count */
    const printSizes = async (what = "", count = 1) => {
      for (const { table, rows, bytes } of await settle())
        console.log(
          `${what}, ${table}: ${rows} rows, ${(bytes / count).toFixed(1)} bytes per sample, ${(bytes / rows).toFixed(0)} per row`,
        );
    };
    await fill("node-0", nowMs - DAY_MS);
    await printSizes("one node, one day", DAY_MS / STEP_MS);
    for (let node = 1; node < NODES; node += 1) await fill(`node-${node}`, nowMs - DAY_MS);
    await printSizes(`${NODES} nodes, one day`, (NODES * DAY_MS) / STEP_MS);
    await fill("long", nowMs - DAYS * DAY_MS);
    const span = { node: "long", toMs: nowMs, points: 400 };
    const day = { ...span, fromMs: nowMs - DAY_MS };
    const all = { ...span, fromMs: nowMs - DAYS * DAY_MS };
    await timed("24 h, as inserted", () => series.readHistory(day));
    await timed(`${DAYS} days, as inserted`, () => series.readHistory(all));
    await settle();
    await timed("24 h, merged", () => series.readHistory(day));
    await timed(`${DAYS} days, merged`, () => series.readHistory(all));
    await timed("7 days, merged", () =>
      series.readHistory({ ...span, fromMs: nowMs - 7 * DAY_MS }),
    );
    await timed("panels, 24 h", () => series.readPanels({ ...day, top: 10 }));
    await timed("panels, 7 days", () =>
      series.readPanels({ ...day, fromMs: nowMs - 7 * DAY_MS, top: 10 }),
    );
    const nodes = Array.from({ length: NODES }, (_, node) => `node-${node}`);
    const trend = { nodes, series: "unexplained", level: "5m", fromMs: day.fromMs, toMs: nowMs };
    await timed(`trend of ${NODES} nodes, 24 h at 5 minutes`, async () => {
      const found = await series.readTrendSeries(trend);
      return { points: [...found.values()].flatMap(({ t }) => [...t]) };
    });
  } finally {
    await client.close();
    await engine.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});
