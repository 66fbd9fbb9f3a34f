import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** @param {string[]} parts */
export const inRoot = (...parts) => path.join(root, ...parts);

// What next build and the bundles are made from. Tests and fixtures change no build.
const SOURCES = [
  "app",
  "components",
  "server",
  "public",
  "proxy.ts",
  "next.config.js",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];
const NOT_BUILT = /(?:^|\/)fixtures\/|\.test(?:-support)?\.(?:ts|tsx|mjs)$|\.md$|\.snap$/;

/**
 * One hash over the contents of the sources below the given names.
 *
 * @param {readonly string[]} [names]
 */
export function hashSources(names = SOURCES) {
  const hash = createHash("sha256");
  for (const file of names.flatMap(filesBelow).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(inRoot(file)))
      .update("\0");
  }
  return hash.digest("hex");
}

/** @param {string} name */
function filesBelow(name) {
  const found = statSync(inRoot(name), { throwIfNoEntry: false });
  if (!found) return [];
  if (found.isFile()) return [name];
  return readdirSync(inRoot(name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => !NOT_BUILT.test(file));
}

/** @param {string} file relative to the checkout; undefined when absent */
export function readIfThere(file) {
  try {
    return readFileSync(inRoot(file), "utf8");
  } catch {
    return undefined;
  }
}
