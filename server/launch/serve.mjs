import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBundles, ensureSite, rulesVersion } from "./build.mjs";
import { inRoot } from "./checkout.mjs";
import { keepEngine } from "./engine-keeper.mjs";
import { ensureInstalled } from "./install.mjs";
import { keepRunning } from "./keep-running.mjs";
import { requireFreePort, startSite } from "./site-child.mjs";
import { keepWorker } from "./worker-child.mjs";

/** @typedef {typeof import("./runtime")} Runtime */
/** @typedef {import("../environment").Environment} Environment */
/** @typedef {{ stop: () => Promise<void> }} Stoppable */

/**
 * Installs and builds what is missing, starts the store and the site, and serves until Ctrl-C.
 *
 * @param {{ isDev: boolean }} options
 */
export async function serve({ isDev }) {
  /** @type {Stoppable[]} */
  const running = [];
  const stop = stopOnce(running);
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => stop(0));
  }
  try {
    await start({ isDev, running });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    await stop(1);
  }
}

/** @param {{ isDev: boolean, running: Stoppable[] }} options */
async function start({ isDev, running }) {
  const { runtime, environment } = await prepare();
  if (!isDev) await ensureSite();

  const storeUrl =
    process.env["MEMLEDGER_CLICKHOUSE_URL"] || (await startEngine(environment, runtime, running));
  const migrated = await runtime.migrateStore(storeUrl, inRoot("server/store/migrations"));
  if (migrated.length > 0) console.log(`Tables brought up to date: ${migrated.join(", ")}`);

  const { host, port, dataDir } = environment;
  const env = siteEnvironment(environment, storeUrl, isDev);
  const site = await keepRunning({
    name: "site",
    start: () => startSite({ host, port, isDev, env }),
  });
  running.push(site);
  running.push(await keepWorker({ env }));
  console.log(`Memledger listens on http://${shownHost(host)}:${port}`);
  console.log(`Data lies in ${dataDir}. Stop with Ctrl-C.`);
}

/** Everything that can be found wrong before the slow steps. */
async function prepare() {
  await ensureInstalled();
  await ensureBundles();
  /** @type {Runtime} */
  const runtime = await import(pathToFileURL(inRoot("dist/runtime.mjs")).href);
  const environment = runtime.readEnvironment();
  const reason =
    (await runtime.findExposure(environment)) ?? (await runtime.findUnfinished(environment));
  if (reason !== undefined) throw new Error(reason);
  await requireFreePort(environment.host, environment.port);
  runtime.settleClock(environment);
  return { runtime, environment };
}

/**
 * @param {Environment} environment
 * @param {Runtime} runtime
 * @param {Stoppable[]} running
 */
async function startEngine({ dataDir, reserveBytes }, runtime, running) {
  const engine = await keepEngine({ dataDir: path.join(dataDir, "clickhouse"), reserveBytes });
  running.push(engine);
  running.push({ stop: await runtime.announce(dataDir, engine.url) });
  return engine.url;
}

/**
 * @param {Environment} environment
 * @param {string} storeUrl
 * @param {boolean} isDev
 * @returns {Record<string, string>}
 */
function siteEnvironment({ host, port, dataDir }, storeUrl, isDev) {
  return {
    HOST: host,
    PORT: String(port),
    MEMLEDGER_DATA: dataDir,
    MEMLEDGER_CLICKHOUSE_URL: storeUrl,
    // In development the rules change under a running server, so that nothing worked out may be kept.
    ...(isDev ? {} : { MEMLEDGER_RULES_VERSION: rulesVersion() }),
  };
}

/** @param {string} host */
function shownHost(host) {
  if (host === "127.0.0.1") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

/**
 * Stops what runs, the last started first, and ends the process. A second call waits for nothing.
 *
 * @param {Stoppable[]} running
 */
function stopOnce(running) {
  let isStopping = false;
  return async (/** @type {number} */ code) => {
    if (isStopping) return;
    isStopping = true;
    for (const part of running.reverse()) await part.stop();
    process.exit(code);
  };
}
