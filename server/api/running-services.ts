import { join } from "node:path";
import { VERSION } from "../core/version";
import { environment } from "../environment";
import { openClock } from "../services/clock";
import { EXAMPLE_INCIDENT } from "../services/example-incident";
import { openReader } from "../services/open-reader";
import { createServices, type Services } from "../services/services";
import { createAgentTokenStore } from "../store/agent-tokens";
import { openStore } from "../store/client";
import { createDiagnosisStore } from "../store/diagnoses";
import { createEventStore } from "../store/events";
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

// Next loads this module once per bundle, and again after each edit in development; the process has one
// set of services, whose sessions and memories all of them share.
declare global {
  var memledgerServices: Services | undefined;
}

/** The services of this server process. */
export async function getServices(): Promise<Services> {
  const known = globalThis.memledgerServices;
  if (known) return known;
  const services = openServices();
  globalThis.memledgerServices = services;
  // What an earlier run of the server left behind: uploads without an end, removals half done.
  await services.uploads.sweep();
  await services.removal.sweep();
  await services.retention.apply().catch((error) => {
    process.stderr.write(`What is too old could not be removed: ${error}\n`);
  });
  return services;
}

function openServices(): Services {
  const known = environment();
  const { dataDir, maxUploadBytes, maxUploadMs, reserveBytes } = known;
  const client = openStore({ url: known.storeUrl });
  return createServices({
    store: {
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
    },
    reader: openReader(),
    version: VERSION,
    dataDir,
    bindHost: known.host,
    maxUploadBytes,
    maxArchiveBytes: known.archiveLimit,
    maxUploadMs,
    reserveBytes,
    examplePath: join(/* turbopackIgnore: true */ process.cwd(), EXAMPLE_INCIDENT),
    now: openClock({ dataDir, speed: known.clockSpeed }),
  });
}
