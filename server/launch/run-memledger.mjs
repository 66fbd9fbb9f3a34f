import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const program = fileURLToPath(new URL("../../dist/memledger.mjs", import.meta.url));
const inputsFile = `${program}.inputs.json`;

if (isStale()) await rebuild();
if (["backup", "restore"].includes(process.argv[2] ?? "")) await ensureEngine();
await import(pathToFileURL(program).href);

/** Whether a source is newer than the bundle: one stat per source of ours, about 1 ms in all. */
function isStale() {
  try {
    const builtAt = statSync(program).mtimeMs;
    /** @type {string[]} */
    const inputs = JSON.parse(readFileSync(inputsFile, "utf8"));
    return inputs.some((file) => {
      const found = statSync(new URL(`../../${file}`, import.meta.url), { throwIfNoEntry: false });
      return found === undefined || found.mtimeMs > builtAt;
    });
  } catch {
    return true;
  }
}

/** These two may run an engine of their own. */
async function ensureEngine() {
  const { ensureInstalled } = await import("./install.mjs");
  const { ensureBundles } = await import("./build.mjs");
  await ensureInstalled();
  await ensureBundles();
}

async function rebuild() {
  const { ensureInstalled } = await import("./install.mjs");
  const { bundle } = await import("./bundle.mjs");
  await ensureInstalled();
  const outDir = fileURLToPath(new URL("../../dist", import.meta.url));
  mkdirSync(outDir, { recursive: true });
  const inputs = await bundle({ outDir, names: ["memledger"] });
  // Packages change only with the lock file, which stands for them.
  const own = inputs.filter((file) => !file.startsWith("node_modules/"));
  writeFileSync(inputsFile, JSON.stringify([...own, "package-lock.json"]));
}
