import { type Environment, environment } from "../environment";
import { hasSecret } from "../services/access/access-file";
import { findUnfinishedRestore } from "../services/backup/unfinished-restore";
import { openClock } from "../services/clock";
import { connectStore } from "../store/client";
import { migrate } from "../store/migrate";
import { announceEngine, withdrawEngine } from "../store/running-engine";

/** The environment, for the launcher, which is plain JavaScript and reads the bundle of this file. */
export function readEnvironment(): Environment {
  return environment();
}

/**
 * Who may not be served: on an address that other machines reach, nobody without a secret.
 *
 * @returns the reason not to start, if there is one
 */
export async function findExposure({ host, dataDir }: Environment): Promise<string | undefined> {
  if (isLoopback(host) || (await hasSecret(dataDir))) return undefined;
  return (
    `HOST=${host} opens Memledger to other machines, and no access secret has been set. ` +
    "Set one with: npx memledger secret"
  );
}

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Files the origin of the data folder's clock, before site and worker open it at the same time. */
export function settleClock({ dataDir, clockSpeed }: Environment): void {
  openClock({ dataDir, speed: clockSpeed });
}

/** Why the data folder may not be served yet: a restore into it was cut short. */
export function findUnfinished({ dataDir }: Environment): Promise<string | undefined> {
  return findUnfinishedRestore(dataDir);
}

/**
 * Brings the tables of the store at `url` up to date.
 *
 * @returns the migrations that were run
 */
export async function migrateStore(url: string, folder: string): Promise<string[]> {
  const client = connectStore({ url });
  try {
    return await migrate(client, folder);
  } finally {
    await client.close();
  }
}

/**
 * Lets `memledger` find the engine of this server.
 *
 * @returns takes it back
 */
export async function announce(dataDir: string, url: string): Promise<() => Promise<void>> {
  await announceEngine(dataDir, url);
  return () => withdrawEngine(dataDir);
}
