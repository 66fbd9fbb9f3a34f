import { createHash } from "node:crypto";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { inRoot, readIfThere } from "./checkout.mjs";
import { runCommand } from "./run-command.mjs";

const STAMP = "node_modules/.memledger-installed";

/** Installs the packages of package-lock.json when they are absent or of another lock file. */
export async function ensureInstalled() {
  if (readIfThere(STAMP) === lockHash()) return;
  console.log("Installing packages (npm install) …");
  // Not npm ci: it refuses a lock file that lacks other platforms' optional packages, and npm leaves those out when
  // the registry it was made with has none. --no-save keeps the lock file as it is; its versions are used.
  // Development packages hold the bundler; NODE_ENV=production would leave them out.
  const options = ["--no-save", "--include=dev", "--no-audit", "--no-fund"];
  const code = await runCommand("npm", ["install", ...options]);
  if (code !== 0) throw new Error(`npm install failed with code ${code}; its output is above.`);
  recordInstall();
}

/**
 * Notes which lock file is installed and links the program, so that `npx memledger` finds it in a checkout:
 * npm links the programs of dependencies only. Also run by npm itself after each install ("prepare").
 */
export function recordInstall() {
  mkdirSync(inRoot("node_modules/.bin"), { recursive: true });
  writeFileSync(inRoot(STAMP), lockHash());
  const link = inRoot("node_modules/.bin/memledger");
  rmSync(link, { force: true });
  symlinkSync("../../server/launch/memledger.mjs", link);
}

function lockHash() {
  const lock = readIfThere("package-lock.json") ?? "";
  const platform = `${process.platform} ${process.arch}`;
  return createHash("sha256").update(`${platform}\0${lock}`).digest("hex");
}
