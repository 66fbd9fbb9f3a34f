import {
  chown,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
} from "node:fs/promises";
import path from "node:path";
import type { EngineArchive } from "../../store/engine-archive";
import { BackupError } from "./backup-error";
import {
  FOLDER,
  FOLDER_FILES,
  FOLDER_OF_HASHES,
  MANIFEST,
  MANIFEST_SHA256,
  STORE,
} from "./backup-layout";
import { type Manifest, writeManifest } from "./manifest";
import { packFiles } from "./tar-file";

export interface BackupParts {
  readonly dataDir: string;
  readonly store: Pick<EngineArchive, "writeTo" | "measure" | "engineVersion">;
  /** Version of the program. */
  readonly version: string;
  readonly now: () => number;
}

/**
 * Writes everything that is kept into `target`: one file where it ends in .tar, else a folder. The server may serve
 * on; what it acknowledged before is in it. Half of a backup never stands under the name of a whole one.
 *
 * @throws BackupError when it cannot be written there
 */
export async function writeBackup(parts: BackupParts, target: string): Promise<Manifest> {
  const place = path.resolve(target);
  const isFile = place.endsWith(".tar");
  await refuseTarget(place, parts.dataDir);
  const stage = `${place}.partial`;
  await rm(stage, { recursive: true, force: true });
  await mkdir(path.join(stage, STORE), { recursive: true, mode: 0o700 });
  try {
    await requireRoom(parts, stage, isFile ? 2 : 1);
    const manifest = await fill(parts, stage);
    if (isFile) await toFile(stage, manifest, place);
    else await rename(stage, place);
    return manifest;
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function fill({ dataDir, store, version, now }: BackupParts, stage: string) {
  const createdAt = new Date(now()).toISOString();
  await giveToEngine(path.join(stage, STORE), dataDir);
  await store.writeTo(path.join(stage, STORE));
  // After the tables: an archive without a row is tidied away, a row without its archive would miss it.
  await copyFolder(dataDir, path.join(stage, FOLDER));
  const facts = { createdAt, program: version, engine: await store.engineVersion() };
  return writeManifest(stage, { ...facts, tables: await countTables(path.join(stage, STORE)) });
}

async function toFile(stage: string, manifest: Manifest, place: string): Promise<void> {
  // Beside its final name, so that taking that name is one step.
  const beside = path.join(stage, "whole.tar");
  const names = [MANIFEST, MANIFEST_SHA256, ...manifest.files.map((file) => file.path)];
  await packFiles(stage, names, beside);
  await rename(beside, place);
}

async function refuseTarget(place: string, dataDir: string): Promise<void> {
  if (/\.(?:tgz|gz|zip|xz|zst|bz2)$/i.test(place))
    throw new BackupError("A backup file ends in .tar: what is in it is compressed already.");
  if (!path.relative(dataDir, place).startsWith(".."))
    throw new BackupError(`${place} lies in the data folder. A backup belongs elsewhere.`);
  const found = await stat(place).catch(() => undefined);
  const isEmptyFolder = found?.isDirectory() && (await readdir(place)).length === 0;
  if (found && !isEmptyFolder) throw new BackupError(`${place} is there already.`);
  const above = await stat(path.dirname(place)).catch(() => undefined);
  if (!above?.isDirectory()) throw new BackupError(`There is no folder ${path.dirname(place)}.`);
}

async function requireRoom({ dataDir, store }: BackupParts, stage: string, times: number) {
  const needed = times * ((await store.measure()) + (await sizeOfArchives(dataDir)));
  const { bavail, bsize } = await statfs(stage);
  if (bavail * bsize < needed)
    throw new BackupError(
      `The backup needs about ${mib(needed)} MiB beside its target, and ${mib(bavail * bsize)} MiB are free.`,
    );
}

function mib(bytes: number): number {
  return Math.ceil(bytes / 1024 ** 2);
}

async function sizeOfArchives(dataDir: string): Promise<number> {
  const folder = path.join(dataDir, "archives");
  let bytes = 0;
  for (const name of await namesIn(folder))
    bytes += (await stat(path.join(folder, name)).catch(() => undefined))?.size ?? 0;
  return bytes;
}

/** The engine writes into it: under root's command it may run as another user. */
async function giveToEngine(folder: string, dataDir: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const owner = await stat(path.join(dataDir, "clickhouse"));
  await chown(folder, owner.uid, owner.gid);
  await chown(path.dirname(folder), owner.uid, owner.gid);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const name of FOLDER_FILES) await copyIfThere(path.join(from, name), path.join(to, name));
  for (const folder of FOLDER_OF_HASHES) {
    await mkdir(path.join(to, folder), { recursive: true, mode: 0o700 });
    for (const name of await namesIn(path.join(from, folder)))
      if (/^[0-9a-f]{64}$/.test(name))
        await copyIfThere(path.join(from, folder, name), path.join(to, folder, name));
  }
}

/** What the running server removes meanwhile is not needed any more. */
async function copyIfThere(from: string, to: string): Promise<void> {
  await copyFile(from, to).catch(nothingIfMissing);
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    nothingIfMissing(error);
    return [];
  });
}

function nothingIfMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

/** Rows by table as they lie in the backup: the engine writes into each part how many it holds. */
async function countTables(store: string): Promise<Manifest["tables"]> {
  const definitions = path.join(store, "metadata", "default");
  const tables = [];
  for (const file of (await readdir(definitions)).sort()) {
    const text = await readFile(path.join(definitions, file), "utf8");
    if (!/ENGINE = \w*MergeTree/.test(text)) continue;
    const name = file.replace(/\.sql$/, "");
    tables.push({ name, rows: await countRows(path.join(store, "data", "default", name)) });
  }
  return tables;
}

async function countRows(folder: string): Promise<number> {
  let rows = 0;
  for (const part of await namesIn(folder))
    rows += Number(await readFile(path.join(folder, part, "count.txt"), "utf8"));
  return rows;
}
