import { inRoot } from "./checkout.mjs";
import { spawnEngine } from "./engine-child.mjs";
import { keepRunning } from "./keep-running.mjs";

/** @typedef {import("./engine-child.mjs").Engine} Engine */

/**
 * Starts the engine and starts it again, on the same port and with the same password, whenever it dies.
 * Requests made meanwhile wait in the client.
 *
 * @param {{ dataDir: string, reserveBytes: number }} options
 */
export async function keepEngine({ dataDir, reserveBytes }) {
  const options = { script: inRoot("dist/engine.mjs"), dataDir, reserveBytes };
  const { first, stop } = await keepRunning({
    name: "engine",
    start: (/** @type {Engine | undefined} */ last) =>
      spawnEngine({ ...options, ...(last && { port: last.port, password: last.password }) }),
    detail: ({ openMs }) => ` (opened in ${openMs} ms)`,
    check: warnOfBrokenParts,
  });
  return { url: first.url, stop };
}

/** @param {Engine} engine */
function warnOfBrokenParts({ brokenParts }) {
  if (brokenParts.length === 0) return;
  const names = brokenParts.map(({ table, part, reason }) => `${table} ${part} (${reason})`);
  console.error(
    `Damaged data was set aside and is missing from every answer: ${names.join(", ")}. ` +
      "Restore the folder from a backup if you have one.",
  );
}
