import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { connectStore } from "../../store/client";
import { startEngine } from "../../store/engine/start-engine.test-support";
import { openEngineArchive } from "../../store/engine-archive";
import { migrate } from "../../store/migrate";
import { createSampleStore } from "../../store/samples";
import { sampleOf } from "../../store/series.test-support";
import { setSecret } from "../access/access-file";
import { restoreBackup } from "./restore-backup";
import { writeBackup } from "./write-backup";

const now = Date.now;

/** A data folder with something in every table and an engine that runs on it; its backups and restores. */
export async function startBackedUp() {
  const root = await mkdtemp(path.join(tmpdir(), "memledger-backup-"));
  const dataDir = path.join(root, "data");
  const engine = await startEngine({ dataDir: path.join(dataDir, "clickhouse") });
  const client = connectStore({ url: engine.url });
  await migrate(client);
  await fillTables(client);
  await setSecret(dataDir);
  await writeFile(path.join(dataDir, "session.key"), "signs sessions");
  await mkdir(path.join(dataDir, "archives"));
  await writeFile(path.join(dataDir, "archives", "a".repeat(64)), "an archive");

  async function backUp(to: string) {
    const store = openEngineArchive({ url: engine.url, folder: path.join(dataDir, "clickhouse") });
    try {
      return await writeBackup({ dataDir, store, version: "0.0.0", now }, to);
    } finally {
      await store.close();
    }
  }

  return {
    root,
    dataDir,
    client,
    engine,
    backUp,
    /** A folder to restore to. */
    newTarget: () => mkdtemp(path.join(root, "target-")),
    stop: async () => {
      await client.close();
      await engine.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function openStore(folder: string) {
  const own = await startEngine({ dataDir: folder });
  const store = openEngineArchive({ url: own.url, folder });
  return {
    ...store,
    stop: async () => {
      await store.close();
      await own.stop();
    },
  };
}

/** Restores with an engine of its own, as the command line does. */
export function restore(from: string, to: string, replace = false) {
  return restoreBackup({ dataDir: to, openStore, now }, from, { replace });
}

const HOSTILE = "a'b\\c\"d`e\n{id:String}; DROP TABLE events -- 💾 汉\0\u007f";

/** Something in every table: samples fill the views, two batches make parts that merges would join. */
async function fillTables(into: ClickHouseClient): Promise<void> {
  const samples = createSampleStore(into);
  const minute = 60_000;
  const start = Date.now() - 60 * minute;
  const batch = (node: string, from: number) =>
    Array.from({ length: 60 }, (_, index) => sampleOf(node, from + index * 30_000));
  await samples.insertSamples(batch(HOSTILE.slice(0, 40), start));
  await samples.insertSamples(batch("web-1", start + 30 * minute));
  const recent = new Date(Date.now() - 3600_000).toISOString().replace("T", " ").replace("Z", "");
  const rows: Record<string, object> = {
    snapshots: { id: "aa-0", sha256: "aa", node: HOSTILE, received_at: "2026-11-20 00:00:00.123" },
    snapshot_files: { sha256: "aa", file: "meminfo", text: HOSTILE.repeat(500) },
    reports: {
      snapshot_id: "aa-0",
      computed_at: recent,
      rules_version: "r",
      status: "held",
      mem_total: "-9223372036854775808",
    },
    diagnoses: { handle: "h", token_sha256: "t", report: "{}" },
    pushed_texts: { node: HOSTILE, at: recent, files: ["a", HOSTILE], texts: ["1", HOSTILE] },
    snapshot_requests: { node: "web-1" },
    agent_tokens: { id: "0123456789ab", scopes: ["push"], version: "18446744073709551615" },
    settings: { name: "retention.samples", value: '{"days":9}' },
    events: { node: "web-1", id: "e", text: HOSTILE },
    node_verdicts: { node: "web-1", rate_per_hour: 0.1 },
  };
  for (const [table, row] of Object.entries(rows))
    await into.insert({ table, values: [row], format: "JSONEachRow" });
  // Written twice and not merged: a backup keeps both, as they lie there.
  await into.insert({ table: "events", values: [rows["events"]], format: "JSONEachRow" });
}
