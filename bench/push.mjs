// CPU per pushed sample, end to end: unpack, parse, ledger, insert with fsync, rollups. Web server and engine apart.
//   node bench/push.mjs [nodes per second, default 100] [seconds, default 30]
// Each second every node sends one push of this machine's own /proc, as the agent writes it, in a request of its own.

import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { inRoot } from "../server/launch/checkout.mjs";

const [nodes = 100, seconds = 30] = process.argv.slice(2).map(Number);
const TICKS_PER_SECOND = 100;
const WARM = 1500;
const ESSENTIAL = [
  "meminfo",
  "zoneinfo",
  "vmstat",
  "net/sockstat",
  "net/sockstat6",
  "pressure/memory",
  "loadavg",
  "sys/fs/file-nr",
  "uptime",
];

/** What the files of every push say now; the free pages differ from push to push. */
async function frames() {
  const texts = await Promise.all(
    ESSENTIAL.map(async (name) => {
      const text = await readFile(`/proc/${name}`, "utf8").catch(() => undefined);
      return text === undefined ? [] : [`==> /proc/${name} <==\n${text}`];
    }),
  );
  return texts.flat().join("\n");
}

/**
 * @param {number} node
 * @param {number} takenMs
 * @param {string} files
 */
function body(node, takenMs, files) {
  const header = `memledger-push 1\nnode: bench-${node}\nboot: 6f0e2d1c-0000-4000-8000-000000000001\ntaken: ${takenMs / 1000}\ninterval: 30\nset: essential\nlabel: pool=bench\nagent: 1\n\n`;
  const moved = files.replace(/MemFree:\s+(\d+)/, (_, kib) => `MemFree: ${Number(kib) - 4 * node}`);
  return gzipSync(header + moved);
}

/** @param {number} pid CPU seconds of a process, all threads */
function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** @param {Uint8Array} bytes */
function streamOf(bytes) {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** The server's own code, bundled as it runs: a loader that instruments modules would be measured as well. */
async function bundled() {
  const outDir = await mkdtemp(inRoot("node_modules/.memledger-bench-"));
  const from = {
    "store/engine/start-engine.test-support": "startEngine",
    "store/client": "connectStore",
    "store/migrate": "migrate",
    "store/samples": "createSampleStore",
    "store/series": "createSeriesStore",
    "store/pushes": "createPushStore",
    "store/events": "createEventStore",
    "services/receive-pushes": "createReceivePushes",
    "services/push/snapshot-requests": "createSnapshotRequests",
  };
  const contents = Object.entries(from)
    .map(([file, name]) => `export { ${name} } from "./server/${file}";`)
    .join("\n");
  const outfile = join(outDir, "server.mjs");
  const banner = `import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);`;
  await build({
    stdin: { contents, resolveDir: inRoot("."), loader: "ts" },
    ...{ outfile, bundle: true, format: "esm", platform: "node", target: "node20.9" },
    ...{
      external: ["chdb", "esbuild", "../server/launch/*"],
      banner: { js: banner },
      logLevel: "error",
    },
  });
  const loaded = await import(pathToFileURL(outfile).href);
  await rm(outDir, { recursive: true });
  return loaded;
}

{
  const server = await bundled();
  const { startEngine, connectStore, migrate, createReceivePushes, createSnapshotRequests } =
    server;
  const dataDir = await mkdtemp(join(tmpdir(), "memledger-bench-push-"));
  const engine = await startEngine({ dataDir });
  const client = connectStore({ url: engine.url });
  try {
    await migrate(client);
    const store = {
      samples: server.createSampleStore(client),
      series: server.createSeriesStore(client),
      pushes: server.createPushStore(client),
      events: server.createEventStore(client),
    };
    const now = Date.now;
    const requests = createSnapshotRequests({ pushes: store.pushes, now });
    const pushes = createReceivePushes({ ...store, requests, now });
    const grant = { allowsNode: () => true };
    let takenMs = Math.floor(Date.now() / 1000) * 1000 - seconds * 30_000;
    /** @type {number[]} */
    const delays = [];
    const round = async (count = nodes) => {
      takenMs += 30_000;
      const files = await frames();
      const bodies = Array.from({ length: count }, (_, node) => body(node, takenMs, files));
      const before = { web: process.cpuUsage(), engine: cpuSeconds(engine.pid) };
      const started = performance.now();
      const answers = await Promise.all(
        bodies.map((bytes) => pushes.receive({ body: streamOf(bytes), grant })),
      );
      delays.push(performance.now() - started);
      const used = process.cpuUsage(before.web);
      const accepted = answers.reduce((sum, answer) => sum + answer.accepted, 0);
      if (accepted !== count) throw new Error(`${accepted} of ${count} were accepted`);
      return {
        web: (used.user + used.system) / 1e3 / count,
        engine: ((cpuSeconds(engine.pid) - before.engine) * 1e3) / count,
      };
    };
    // A server that has run for a while has its code compiled.
    for (let warm = 0; warm < 3; warm += 1) await round(WARM);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    delays.length = 0;
    const engineBefore = cpuSeconds(engine.pid);
    const webs = [];
    for (let second = 0; second < seconds; second += 1) webs.push((await round()).web);
    // Merges go on for a while: they belong to the samples as well.
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const engineMs = ((cpuSeconds(engine.pid) - engineBefore) * 1e3) / (seconds * nodes);
    const webMs = webs.reduce((sum, ms) => sum + ms, 0) / webs.length;
    delays.sort((a, b) => a - b);
    console.log(
      `${nodes} pushes a second for ${seconds} s: web ${webMs.toFixed(2)} ms CPU per sample, ` +
        `engine ${engineMs.toFixed(2)}, together ${(webMs + engineMs).toFixed(2)}; ` +
        `answered after ${delays[delays.length >> 1]?.toFixed(0)} ms (1 s of them waits for the batch)`,
    );
  } finally {
    await client.close();
    await engine.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
