import { ensureBundles, ensureSite } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";

await ensureInstalled();
await ensureBundles();
await ensureSite();
