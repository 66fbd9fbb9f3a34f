import { mkdirSync, writeFileSync } from "node:fs";
import { bundle } from "./bundle.mjs";
import { hashSources, inRoot, readIfThere } from "./checkout.mjs";
import { runCommand } from "./run-command.mjs";

const BUNDLE_STAMP = "dist/bundles.stamp";
const SITE_STAMP = ".next/memledger.stamp";

/** Bundles what runs under plain node, when a source has changed: about 0.1 s. */
export async function ensureBundles() {
  const sources = hashSources();
  if (readIfThere(BUNDLE_STAMP) === sources) return;
  mkdirSync(inRoot("dist"), { recursive: true });
  await bundle({ outDir: inRoot("dist") });
  writeFileSync(inRoot(BUNDLE_STAMP), sources);
}

/** Builds the site when a source has changed. */
export async function ensureSite() {
  const sources = hashSources();
  if (readIfThere(SITE_STAMP) === sources) return;
  console.log("Building the site (next build) …");
  const code = await runCommand(
    process.execPath,
    [inRoot("node_modules/next/dist/bin/next"), "build"],
    {
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
    },
  );
  if (code !== 0) throw new Error(`The build failed with code ${code}; its output is above.`);
  writeFileSync(inRoot(SITE_STAMP), sources);
}

/** Names the reader and the rules of these sources: reports worked out by others are worked out again. */
export function rulesVersion() {
  return hashSources(["server/core", "server/ingest"]).slice(0, 16);
}
