import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { bundle } from "../../launch/bundle.mjs";
import { inRoot } from "../../launch/checkout.mjs";
import { spawnEngine } from "../../launch/engine-child.mjs";

interface StartOptions {
  /** A folder of the engine's own; made when absent. */
  readonly dataDir: string;
  readonly port?: number;
  readonly password?: string;
  readonly reserveBytes?: number;
}

/**
 * Starts an engine straight from the sources, for tests and benches. The launcher starts the bundle instead.
 *
 * ```ts
 * const engine = await startEngine({ dataDir: await mkdtemp(path.join(tmpdir(), "store-")) });
 * const client = openStore({ url: engine.url });
 * await migrate(client);
 * …
 * await client.close();
 * await engine.stop();
 * ```
 *
 * Opening takes 0.3 to 1 s: start one in `beforeAll`, not one per test. Inserts need 64 MiB of free disk
 * unless `reserveBytes` says otherwise.
 */
export async function startEngine(options: StartOptions) {
  // Under node_modules, so that the bundle finds the packages; a folder per start, so that two tests do not meet.
  const outDir = await mkdtemp(inRoot("node_modules/.memledger-engine-"));
  try {
    await bundle({ outDir, names: ["engine"] });
    const script = path.join(outDir, "engine.mjs");
    return await spawnEngine({ reserveBytes: 64 * 1024 * 1024, ...options, script });
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}
