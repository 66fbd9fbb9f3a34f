import { inRoot } from "./checkout.mjs";
import { spawnEngine } from "./engine-child.mjs";

// A crash is answered at once; an engine that cannot open its folder is not asked forty times a minute.
const PAUSES_MS = [100, 500, 1000, 2000, 5000, 10_000];
// After this long in service a death counts as the first again.
const STEADY_MS = 60_000;

/**
 * Starts the engine and starts it again, on the same port and with the same password, whenever it dies.
 * Requests made meanwhile wait in the client.
 *
 * @param {{ dataDir: string, reserveBytes: number }} options
 */
export async function keepEngine({ dataDir, reserveBytes }) {
  const options = { script: inRoot("dist/engine.mjs"), dataDir, reserveBytes };
  let engine = await spawnEngine(options);
  const { port, password, url } = engine;
  warnOfBrokenParts(engine);
  let isStopping = false;
  let deaths = 0;

  const watch = async () => {
    const startedAt = performance.now();
    const code = await engine.exited;
    if (isStopping) return;
    if (performance.now() - startedAt > STEADY_MS) deaths = 0;
    console.error(`The engine ended (code ${code ?? "none"}); starting it again …`);
    await revive();
  };

  const revive = async () => {
    while (!isStopping) {
      await pause(PAUSES_MS[Math.min(deaths, PAUSES_MS.length - 1)] ?? 0);
      deaths += 1;
      try {
        engine = await spawnEngine({ ...options, port, password });
        if (isStopping) await engine.stop();
        else serveAgain();
        return;
      } catch (error) {
        console.error(
          `The engine does not start: ${error instanceof Error ? error.message : error}`,
        );
      }
    }
  };

  const serveAgain = () => {
    console.error(`The engine is back (opened in ${engine.openMs} ms).`);
    warnOfBrokenParts(engine);
    void watch();
  };

  void watch();
  return {
    url,
    first: engine,
    stop: async () => {
      isStopping = true;
      await engine.stop();
    },
  };
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @param {import("./engine-child.mjs").Engine} engine */
function warnOfBrokenParts({ brokenParts }) {
  if (brokenParts.length === 0) return;
  const names = brokenParts.map(({ table, part, reason }) => `${table} ${part} (${reason})`);
  console.error(
    `Damaged data was set aside and is missing from every answer: ${names.join(", ")}. ` +
      "Restore the folder from a backup if you have one.",
  );
}
