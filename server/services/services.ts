import { rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Report } from "../core/report";
import type { DiagnosisStore } from "../store/diagnoses";
import type { EventStore } from "../store/events";
import type { NodeVerdictStore } from "../store/node-verdicts";
import type { NodeStore } from "../store/nodes";
import type { PushStore } from "../store/pushes";
import type { ReportStore } from "../store/reports";
import type { RetentionStore } from "../store/retention";
import type { SampleStore } from "../store/samples";
import type { SeriesStore } from "../store/series";
import type { SettingStore } from "../store/settings";
import type { SnapshotStore } from "../store/snapshots";
import type { StorageStore } from "../store/storage";
import { createAccess } from "./access/access";
import { type AgentTokenParts, createAgentTokens, type PushGrant } from "./access/agent-tokens";
import { createArchiveKeeper } from "./archive-keeper";
import { createGate } from "./gate";
import { createIngestUpload, type IngestUpload, type UploadResult } from "./ingest-upload";
import type { InputReader } from "./input-reader";
import { createListNodes } from "./list-nodes";
import { createNodeEvents } from "./node-events";
import { createNodeHistory } from "./node-history";
import { createNodeMoment } from "./node-moment";
import { createNodeStanding } from "./node-standing";
import { createPushedSnapshots } from "./push/pushed-snapshot";
import { createSnapshotRequests } from "./push/snapshot-requests";
import { createReadSnapshot } from "./read-snapshot";
import { receiveBody } from "./receive-body";
import { createReceivePushes } from "./receive-pushes";
import { createRemovalJournal } from "./removal-journal";
import { createRemoveSnapshot } from "./remove-snapshot";
import { createReportLibrary } from "./report-library";
import { createRetention } from "./retention";
import { createShareDiagnosis } from "./share-diagnosis";
import { createStorageStatus } from "./storage-status";
import { createTurns } from "./turns";
import { createUploadSessions } from "./upload-session";

export interface ServiceOptions {
  readonly store: {
    readonly snapshots: SnapshotStore;
    readonly reports: ReportStore;
    readonly nodes: NodeStore;
    readonly diagnoses: DiagnosisStore;
    readonly samples: SampleStore;
    readonly series: SeriesStore;
    readonly pushes: PushStore;
    readonly events: EventStore;
    readonly nodeVerdicts: NodeVerdictStore;
    readonly agentTokens: AgentTokenParts["agentTokens"];
    readonly settings: SettingStore;
    readonly retention: RetentionStore;
    readonly storage: StorageStore;
  };
  readonly reader: InputReader;
  /** Version of the program, for the report's `tool`. */
  readonly version: string;
  readonly dataDir: string;
  /** The address the server listens on: decides whether it may be used without a secret. */
  readonly bindHost: string;
  readonly maxUploadBytes: number;
  readonly maxArchiveBytes: number;
  readonly maxUploadMs: number;
  /** Free bytes that the embedded engine leaves alone. */
  readonly reserveBytes: number;
  /** The capture that ships with the project. */
  readonly examplePath: string;
  /** How long the first push of a batch waits for others, and how many may wait; tests set them. */
  readonly pushFlushMs?: number;
  readonly maxWaitingPushes?: number;
  readonly now: () => number;
}

export type Services = ReturnType<typeof createServices>;

const UPLOAD_FORMATS = [
  ".tar",
  ".tar.gz",
  ".tgz",
  ".tar.xz",
  ".txz",
  ".tar.bz2",
  ".tar.zst",
  ".zip",
  ".gz",
  ".xz",
  "text",
] as const;

/** Every use case of the server, put together once. */
export function createServices(options: ServiceOptions) {
  const { store, reader, dataDir, now } = options;
  const { rulesVersion } = reader;
  const archives = createArchiveKeeper(dataDir, options.maxArchiveBytes);
  const library = createReportLibrary({ ...store, reader, now });
  const share = createShareDiagnosis({ diagnoses: store.diagnoses, library, now });
  const tokens = createAgentTokens({ ...store, now });
  const pushedSnapshots = createPushedSnapshots(store.pushes);
  const requests = createSnapshotRequests({ pushes: store.pushes, now });
  const retention = createRetention({ ...store, archives, now });
  const inTurn = createTurns();
  const journal = createRemovalJournal(dataDir);
  const removal = createRemoveSnapshot({
    ...store,
    library,
    archives,
    share,
    journal,
    inTurn,
    now,
  });
  // One upload may hold hundreds of MiB of text while it is read.
  const gate = createGate(2);
  const readAndStore = createIngestUpload({
    ...store,
    library,
    reader,
    archives,
    inTurn,
    finishRemoval: removal.finish,
    now,
  });
  const ingest: IngestUpload = async (source) => {
    const result = await gate(() => readAndStore(source));
    // Only tidies up: the upload is stored, whatever becomes of it.
    retention.noteUpload().catch(() => undefined);
    return result;
  };
  const uploads = createUploadSessions({
    dataDir,
    maxBytes: options.maxUploadBytes,
    ingest,
    now,
  });

  /** Runs `use` on a temporary file that `fill` has written, and removes the file whatever happens. */
  async function withFile<T>(
    fill: (path: string) => Promise<unknown>,
    use: (path: string) => Promise<T>,
  ): Promise<T> {
    const path = await uploads.newFile();
    try {
      await fill(path);
      return await use(path);
    } finally {
      await rm(path, { force: true });
    }
  }

  const bodyLimits = { maxBytes: options.maxUploadBytes, maxMs: options.maxUploadMs };

  return {
    access: createAccess({ dataDir, bindHost: options.bindHost, tokens, now }),
    tokens,
    retention,
    storage: createStorageStatus({ ...store, dataDir, reserveBytes: options.reserveBytes }),
    nodes: createListNodes({
      ...store,
      library,
      ...(rulesVersion !== undefined && { rulesVersion }),
    }),
    history: createNodeHistory(store.series),
    moment: createNodeMoment({ ...store, library, pushedSnapshots, reader }),
    standing: createNodeStanding({ ...store, requests, now }),
    events: createNodeEvents(store),
    now,
    requests,
    pushedSnapshots,
    pushes: createReceivePushes({
      ...store,
      requests,
      now,
      ...(options.pushFlushMs !== undefined && { flushMs: options.pushFlushMs }),
      ...(options.maxWaitingPushes !== undefined && { maxWaiting: options.maxWaitingPushes }),
    }),
    snapshot: createReadSnapshot({ snapshots: store.snapshots, library, archives }),
    share,
    removal,
    uploads,

    uploadLimits: {
      maxBytes: options.maxUploadBytes,
      formats: [...UPLOAD_FORMATS],
      retention: keepingTerms(options.maxArchiveBytes),
    },

    /** Stores the body of a request, what curl sends, for a sender who may speak for its nodes. */
    storeBody: (
      body: ReadableStream<Uint8Array>,
      name: string,
      {
        grant,
        sentAtMs,
      }: { readonly grant?: PushGrant; readonly sentAtMs?: number | undefined } = {},
    ): Promise<UploadResult> =>
      withFile(
        (path) => receiveBody(body, path, bodyLimits),
        (path) =>
          ingest({
            path,
            name,
            ...(grant && { allowsNode: grant.allowsNode }),
            ...(sentAtMs !== undefined && { sentAtMs }),
          }),
      ),

    storeText: (text: string, name: string): Promise<UploadResult> =>
      withFile(
        (path) => writeFile(path, text, { mode: 0o600 }),
        (path) => ingest({ path, name }),
      ),

    storeExample: (): Promise<UploadResult> =>
      ingest({ path: options.examplePath, name: basename(options.examplePath) }),

    /** Reads and judges the body of a request and keeps nothing of it. */
    analyseBody: (body: ReadableStream<Uint8Array>, name: string): Promise<Report> =>
      withFile(
        (path) => receiveBody(body, path, bodyLimits),
        async (path) => {
          const { snapshots, errors } = await gate(() => reader.readFile({ path, name }));
          const tool = { name: "memledger", version: options.version } as const;
          return { schemaVersion: 1, tool, snapshots: snapshots.map(reader.judge), errors };
        },
      ),
  };
}

function keepingTerms(maxArchiveBytes: number): string {
  const gib = maxArchiveBytes / 1024 ** 3;
  const size = gib >= 1 ? `${Math.floor(gib)} GiB` : `${Math.floor(gib * 1024)} MiB`;
  return `Measured texts are kept on this server until you remove them or their time under Settings ends; original archives up to ${size} in all, the oldest goes first. Nothing leaves this server unless you share it.`;
}
