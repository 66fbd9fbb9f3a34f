import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { environment } from "../environment";
import { spawnEngine } from "../launch/engine-child.mjs";
import { type AgentTokens, createAgentTokens } from "../services/access/agent-tokens";
import { createAgentTokenStore } from "../store/agent-tokens";
import { connectStore } from "../store/client";
import { checkFolder } from "../store/engine/open-checks";
import { type EngineArchive, openEngineArchive } from "../store/engine-archive";
import { findEngine } from "../store/running-engine";

/** The store cannot be reached as the command needs it: what the user is told as it stands. */
export class NoStoreError extends Error {
  override readonly name = "NoStoreError";
}

/**
 * Works with the agent tokens of the store of this machine's server: a ClickHouse server where one is configured, else the
 * embedded engine of the server that runs on the data folder, which lets no second process open its files.
 *
 * @throws NoStoreError when neither can be reached
 */
export async function withTokens<T>(use: (tokens: AgentTokens) => Promise<T>): Promise<T> {
  const client = connectStore({ url: await storeUrl() });
  try {
    return await use(
      createAgentTokens({ agentTokens: createAgentTokenStore(client), now: Date.now }),
    );
  } finally {
    await client.close();
  }
}

async function storeUrl(): Promise<string> {
  const { dataDir, clickhouseUrl } = environment();
  const url = clickhouseUrl ?? (await findEngine(dataDir));
  if (url !== undefined) return url;
  throw new NoStoreError(
    `no server runs on ${dataDir}. Start it with "npm start", or set MEMLEDGER_DATA to the folder of the one that runs.`,
  );
}

/**
 * Works with the whole database of the data folder: that of the server which runs on it, else an engine of the
 * command's own.
 *
 * @throws NoStoreError when the tables lie elsewhere or there are none
 */
export async function withArchive<T>(use: (store: EngineArchive) => Promise<T>): Promise<T> {
  const dataDir = embeddedFolder();
  const folder = path.join(dataDir, "clickhouse");
  const url = await findEngine(dataDir);
  if (url === undefined && !existsSync(folder))
    throw new NoStoreError(`${dataDir} holds no tables; set MEMLEDGER_DATA to the right folder.`);
  const own = url === undefined ? await startEngine(folder) : undefined;
  const store = openEngineArchive({ url: url ?? own?.url ?? "", folder });
  try {
    return await use(store);
  } finally {
    await store.close();
    await own?.stop();
  }
}

/**
 * The data folder, for a command that exchanges its contents.
 *
 * @throws NoStoreError while a server runs on it
 */
export async function stoppedFolder(): Promise<string> {
  const dataDir = embeddedFolder();
  if ((await findEngine(dataDir)) !== undefined)
    throw new NoStoreError(`a server runs on ${dataDir}. Stop it first.`);
  const folder = path.join(dataDir, "clickhouse");
  if (existsSync(folder)) await checkFolder(folder);
  return dataDir;
}

/** An engine of the command's own on a folder. */
export async function openOwnEngine(folder: string) {
  const engine = await startEngine(folder);
  const store = openEngineArchive({ url: engine.url, folder });
  return {
    ...store,
    stop: async () => {
      await store.close();
      await engine.stop();
    },
  };
}

function startEngine(dataDir: string) {
  // Beside this program's own bundle.
  const script = fileURLToPath(new URL("engine.mjs", import.meta.url));
  return spawnEngine({ script, dataDir, reserveBytes: environment().reserveBytes });
}

function embeddedFolder(): string {
  const { dataDir, clickhouseUrl } = environment();
  if (clickhouseUrl === undefined) return dataDir;
  throw new NoStoreError(
    "the tables lie on the ClickHouse server of MEMLEDGER_CLICKHOUSE_URL. Back them up there, with its own " +
      `BACKUP DATABASE and RESTORE DATABASE, and copy ${dataDir} beside it.`,
  );
}
