import { existsSync } from "node:fs";
import { inRoot, root } from "./checkout.mjs";

/** What runs outside Next, under plain node. */
const ENTRIES = {
  engine: "server/store/engine/main.ts",
  runtime: "server/launch/runtime.ts",
  memledger: "server/cli/memledger.ts",
  "trend-worker": "server/launch/trend-worker.ts",
};

// CommonJS packages inside an ES module still call require for Node's own modules.
const BANNER =
  'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';

/** @typedef {keyof typeof ENTRIES} Entry */

/**
 * Bundles entries into one file each, `<outDir>/<name>.mjs`, packages included, since reading a hundred files is what
 * takes time at start. chdb stays outside: it finds its native library by its own place.
 *
 * @param {{ outDir: string, names?: Entry[] }} options
 * @returns {Promise<string[]>} the files read, relative to the checkout
 */
export async function bundle({ outDir, names }) {
  const { build } = await import("esbuild");
  const wanted = names ?? /** @type {Entry[]} */ (Object.keys(ENTRIES));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: wanted
      .filter((name) => existsSync(inRoot(ENTRIES[name])))
      .map((name) => ({ in: ENTRIES[name], out: name })),
    outdir: outDir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.9",
    external: ["chdb"],
    banner: { js: BANNER },
    metafile: true,
    logLevel: "warning",
  });
  return Object.keys(metafile.inputs);
}
