import { stat } from "node:fs/promises";
import path from "node:path";

/** Where a restore works; it stands in the data folder until everything is in its place. */
export const WORK = "restore.partial";

/** The reason why a server must not start on this folder, if a restore into it did not end. */
export async function findUnfinishedRestore(dataDir: string): Promise<string | undefined> {
  const work = path.join(dataDir, WORK);
  if (!(await stat(work).catch(() => undefined))) return undefined;
  return (
    `A restore into ${dataDir} did not end. Run it again with "npx memledger restore", or remove ${work} ` +
    "to go on with what the folder holds now."
  );
}
