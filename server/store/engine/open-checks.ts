import { mkdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { SessionPool } from "./session-pool";

/** A part that the engine set aside because it could not read it: its rows are missing from every answer. */
export interface BrokenPart {
  readonly table: string;
  readonly part: string;
  readonly reason: string;
}

/**
 * Makes the folder and finds out whether another engine holds it.
 *
 * @throws Error that says which process, since the engine's own exception does not.
 */
export async function checkFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const holder = await findHolder(path.join(dataDir, "status"));
  if (holder !== undefined)
    throw new Error(
      `${dataDir} is in use by another engine (process ${holder}). One engine per data folder: ` +
        "stop that one, or set MEMLEDGER_DATA to another folder.",
    );
}

/** The process which holds a flock on the file, from /proc/locks; undefined when none does or it cannot be told. */
async function findHolder(statusFile: string): Promise<string | undefined> {
  try {
    const { ino } = await stat(statusFile);
    const locks = await readFile("/proc/locks", "utf8");
    const held = locks
      .split("\n")
      .find((line) => line.includes(`:${ino} `) && line.includes("FLOCK"));
    return held?.trim().split(/\s+/)[4];
  } catch {
    return undefined; // no such file yet, or no /proc: the engine's own lock still refuses
  }
}

/** Parts set aside at open. The engine opens without an error when files are damaged, only with fewer rows. */
export async function findBrokenParts(pool: SessionPool): Promise<BrokenPart[]> {
  const sql =
    "SELECT table, name AS part, reason FROM system.detached_parts " +
    "WHERE startsWith(reason, 'broken') OR reason IN ('unexpected', 'noquorum') FORMAT JSONEachRow";
  const statement = { sql, settings: new Map(), params: new Map(), isWrite: false };
  const text = await pool.withSession(statement, async (session) =>
    (await session.queryAsync(sql)).text(),
  );
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): BrokenPart => JSON.parse(line));
}
