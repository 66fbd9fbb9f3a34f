import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { serve } from "../server/launch/serve.mjs";

/** The server under test: the launcher's own, on an empty folder that goes with it. */
const dataDir = mkdtempSync(path.join(tmpdir(), "memledger-e2e-"));
process.env["MEMLEDGER_DATA"] = dataDir;
process.env["MEMLEDGER_CLICKHOUSE_URL"] = "";
process.once("exit", () => rmSync(dataDir, { recursive: true, force: true }));

await serve({ isDev: false });
