/**
 * How long the API takes to draw a node over time: 30 days of one node at 30 s among others that have a day.
 *
 *     npm run bench:history [-- --days 30] [--nodes 20] [--runs 50]
 *
 * The requests are the page's own, over HTTP, to a server as `npm start` runs it. "First" is the first request after a
 * start, with nothing in memory but what the kernel keeps of the files.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launchServer } from "../e2e/launched-server.mjs";
import { keepEngine } from "../server/launch/engine-keeper.mjs";
import { DAY_MS, samplesOf } from "./history-samples.mjs";
import { loadSource } from "./load-source.mjs";

const { values } = parseArgs({
  options: {
    days: { type: "string", default: "30" },
    nodes: { type: "string", default: "20" },
    runs: { type: "string", default: "50" },
  },
});
const [DAYS, NODES, RUNS] = [Number(values.days), Number(values.nodes), Number(values.runs)];
const BATCH = 2880;
/** @type {[string, string, { from: string }][]} */
const REQUESTS = [
  ["history, 24 h", "history", { from: "now-24h" }],
  [`history, ${DAYS} days`, "history", { from: `now-${DAYS}d` }],
  ["history, 7 days", "history", { from: "now-7d" }],
  ["panels, 24 h", "panels", { from: "now-24h" }],
  [`panels, ${DAYS} days`, "panels", { from: `now-${DAYS}d` }],
];

const dataDir = mkdtempSync(join(tmpdir(), "memledger-history-"));
process.once("exit", () => rmSync(dataDir, { recursive: true, force: true }));
await fill();
const server = await launchServer({ dataDir });
try {
  console.log("| request | points | first, ms | p50, ms | p95, ms |\n|---|---:|---:|---:|---:|");
  for (const [name, procedure, input] of REQUESTS)
    console.log(await measure(name, procedure, input));
  console.log(await measurePage("page, 24 h", "now-24h"));
} finally {
  await server.stop();
}

/** What agents would have pushed until now, as it lies in the tables after their merges. */
async function fill() {
  const engine = await keepEngine({ dataDir: join(dataDir, "clickhouse"), reserveBytes: 0 });
  await loadSource(async (load) => {
    const { connectStore } = await load("/server/store/client.ts");
    const { migrate } = await load("/server/store/migrate.ts");
    const { createSampleStore } = await load("/server/store/samples.ts");
    const client = connectStore({ url: engine.url });
    await migrate(client);
    const samples = createSampleStore(client);
    const nowMs = Date.now();
    for (let node = 0; node <= NODES; node += 1) {
      const days = node === 0 ? DAYS : 1;
      const all = [
        ...samplesOf(node === 0 ? "long" : `node-${node}`, nowMs - days * DAY_MS, nowMs),
      ];
      for (let at = 0; at < all.length; at += BATCH)
        await samples.insertSamples(all.slice(at, at + BATCH));
    }
    await client.close();
  });
  await engine.stop();
}

/** @param {string} name @param {string} procedure @param {Record<string, string>} input */
async function measure(name, procedure, input) {
  const json = encodeURIComponent(JSON.stringify({ json: { node: "long", ...input } }));
  const { took, last } = await timed(`${server.url}/api/trpc/nodes.${procedure}?input=${json}`);
  const points = JSON.parse(last).result.data.json.points?.length ?? "";
  return row(name, points, took);
}

/** The whole page, written by the server with its first picture. @param {string} name @param {string} from */
async function measurePage(name, from) {
  const { took } = await timed(`${server.url}/nodes/long?from=${from}`);
  return row(name, "", took);
}

/** @param {string} url */
async function timed(url) {
  const took = [];
  let last = "";
  for (let run = 0; run <= RUNS; run += 1) {
    const started = performance.now();
    const response = await fetch(url);
    last = await response.text();
    took.push(performance.now() - started);
    if (response.status !== 200)
      throw new Error(`${url}: ${response.status} ${last.slice(0, 200)}`);
  }
  return { took, last };
}

/** @param {string} name @param {string | number} points @param {number[]} took */
function row(name, points, [first = 0, ...took]) {
  const sorted = took.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return `| ${name} | ${points} | ${Math.round(first)} | ${at(0.5)} | ${at(0.95)} |`;
}
