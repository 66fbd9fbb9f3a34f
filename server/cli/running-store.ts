import { environment } from "../environment";
import { type AgentTokens, createAgentTokens } from "../services/access/agent-tokens";
import { createAgentTokenStore } from "../store/agent-tokens";
import { connectStore } from "../store/client";
import { findEngine } from "../store/running-engine";

/** No server runs, or its store does not answer: what the user is told as it stands. */
export class NoServerError extends Error {
  override readonly name = "NoServerError";
}

/**
 * Works with the agent tokens of the store of this machine's server: a ClickHouse server where one is configured, else the
 * embedded engine of the server that runs on the data folder, which lets no second process open its files.
 *
 * @throws NoServerError when neither can be reached
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
  throw new NoServerError(
    `no server runs on ${dataDir}. Start it with "npm start", or set MEMLEDGER_DATA to the folder of the one that runs.`,
  );
}
