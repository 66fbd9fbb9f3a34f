import { existsSync } from "node:fs";
import path from "node:path";

/** What runs outside Next, under plain node. Packages stay outside the bundles: native ones cannot go in. */
const ENTRIES = {
  engine: "server/store/engine/main.ts",
  migrate: "server/store/migrate.ts",
  memledger: "server/cli/memledger.ts",
};

/**
 * Bundles the entries into one file each, `<outDir>/<name>.mjs`.
 *
 * @param {{ root: string, outDir: string, names?: (keyof typeof ENTRIES)[] }} options
 */
export async function bundle({ root, outDir, names }) {
  const { build } = await import("esbuild");
  const wanted = names ?? /** @type {(keyof typeof ENTRIES)[]} */ (Object.keys(ENTRIES));
  await build({
    absWorkingDir: root,
    entryPoints: wanted
      .filter((name) => existsSync(path.join(root, ENTRIES[name])))
      .map((name) => ({ in: ENTRIES[name], out: name })),
    outdir: outDir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.9",
    packages: "external",
    sourcemap: true,
    logLevel: "warning",
  });
}
