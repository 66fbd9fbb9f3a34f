import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createAgentTokenStore } from "../store/agent-tokens";
import { connectStore } from "../store/client";
import { createDiagnosisStore } from "../store/diagnoses";
import { startEngine } from "../store/engine/start-engine.test-support";
import { createEventStore } from "../store/events";
import { migrate } from "../store/migrate";
import { createNodeVerdictStore } from "../store/node-verdicts";
import { createNodeStore } from "../store/nodes";
import { createPushStore } from "../store/pushes";
import { createReportStore } from "../store/reports";
import { createRetentionStore } from "../store/retention";
import { createSampleStore } from "../store/samples";
import { createSeriesStore } from "../store/series";
import { createSettingStore } from "../store/settings";
import { createSnapshotStore } from "../store/snapshots";
import { createStorageStore } from "../store/storage";
import { EXAMPLE_INCIDENT } from "./example-incident";
import { openReader } from "./open-reader";
import { createServices, type ServiceOptions } from "./services";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** All use cases over a real engine in a folder of its own, with a clock that the test moves. */
export async function startServices(changes: Partial<ServiceOptions> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), "memledger-services-"));
  let engine = await startEngine({ dataDir: join(dataDir, "store") });
  const client = connectStore({ url: engine.url });
  await migrate(client);
  const store = {
    snapshots: createSnapshotStore(client),
    reports: createReportStore(client),
    nodes: createNodeStore(client),
    diagnoses: createDiagnosisStore(client),
    samples: createSampleStore(client),
    series: createSeriesStore(client),
    pushes: createPushStore(client),
    events: createEventStore(client),
    nodeVerdicts: createNodeVerdictStore(client),
    agentTokens: createAgentTokenStore(client),
    settings: createSettingStore(client),
    retention: createRetentionStore(client),
    storage: createStorageStore(client),
  };
  const clock = { nowMs: Date.parse("2026-11-24T02:00:00.000Z") };
  // A fresh set of services knows nothing but what is in the store and on disk, like a restarted server.
  const open = (rulesVersion = "rules of this test", own: Partial<ServiceOptions> = {}) =>
    createServices({
      store,
      reader: { ...openReader(), rulesVersion },
      version: "0.0.0",
      dataDir,
      bindHost: "127.0.0.1",
      maxUploadBytes: 32 * 1024 * 1024,
      maxArchiveBytes: 64 * 1024 * 1024,
      maxUploadMs: 10_000,
      reserveBytes: 64 * 1024 * 1024,
      examplePath: join(ROOT, EXAMPLE_INCIDENT),
      now: () => clock.nowMs,
      ...changes,
      ...own,
    });
  const stop = async () => {
    await client.close();
    await engine.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  /** Kills the engine as a crash would, and starts another on the same port and folder. */
  const crash = async () => {
    process.kill(engine.pid, "SIGKILL");
    await engine.exited;
    const { port, password } = engine;
    engine = await startEngine({ dataDir: join(dataDir, "store"), port, password });
  };
  return {
    services: open(),
    open,
    store,
    client,
    engine: () => engine,
    crash,
    dataDir,
    clock,
    stop,
  };
}
