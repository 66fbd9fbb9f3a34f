import { chmod, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

const announcement = z.object({ version: z.literal(1), url: z.url(), pid: z.int().positive() });

function fileIn(dataDir: string): string {
  return path.join(dataDir, "engine.json");
}

/**
 * Tells programs of the same user where the embedded engine of this data folder answers, and its password: the
 * engine lets no second process open its files. Only the owner can read the file, as he can the tables themselves.
 */
export async function announceEngine(dataDir: string, url: string): Promise<void> {
  const file = fileIn(dataDir);
  const beside = `${file}.${process.pid}.new`;
  const text = JSON.stringify({ version: 1, url, pid: process.pid });
  await writeFile(beside, `${text}\n`, { mode: 0o600 });
  await chmod(beside, 0o600);
  await rename(beside, file);
}

/** Takes the announcement back. A server that was killed leaves it behind; it is then known by its dead process. */
export async function withdrawEngine(dataDir: string): Promise<void> {
  await rm(fileIn(dataDir), { force: true });
}

/**
 * The URL of the engine that runs on this data folder, for a database client; nothing when no server runs.
 *
 * @throws Error when the file is there and cannot be read, as by another user
 */
export async function findEngine(dataDir: string): Promise<string | undefined> {
  const text = await readFile(fileIn(dataDir), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new Error(`${fileIn(dataDir)} cannot be read (${error.code}); run this as its owner.`);
  });
  if (text === undefined) return undefined;
  const { url, pid } = announcement.parse(JSON.parse(text));
  return isAlive(pid) && (await answers(url)) ? url : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user, but there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** The engine may just be started anew after a crash: it has a few seconds. */
async function answers(url: string): Promise<boolean> {
  const { origin } = new URL(url);
  for (let tries = 0; tries < 20; tries += 1) {
    const response = await fetch(`${origin}/ping`, { signal: AbortSignal.timeout(2000) }).catch(
      () => undefined,
    );
    if (response?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return false;
}
