import { cp, lchown, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { EngineArchive } from "../../store/engine-archive";
import { BackupError } from "./backup-error";
import { FOLDER, STORE } from "./backup-layout";
import { type Manifest, verifyBackup } from "./manifest";
import { unpackFile } from "./tar-file";
import { WORK } from "./unfinished-restore";

/** An engine on a folder of its own, for the time of a restore. */
interface OpenedStore extends Pick<EngineArchive, "readFrom" | "countRows"> {
  /** Ends the engine. */
  readonly stop: () => Promise<void>;
}

export interface RestoreParts {
  readonly dataDir: string;
  readonly openStore: (folder: string) => Promise<OpenedStore>;
  readonly now: () => number;
}

export interface RestoreChoice {
  /** Takes the place of what the data folder holds, which is set aside in a folder beside it. */
  readonly replace: boolean;
}

const SET_ASIDE = "before-restore-";

/**
 * Puts a backup, one file or a folder, into the data folder, on which no server may run. All of it is verified and
 * read back into a folder of its own before anything that is there is touched; a restore that was cut short is told
 * by that folder and may simply be run again.
 *
 * @returns what was restored, and where the earlier contents lie now, if there were any
 * @throws BackupError when the backup is damaged or the folder is in use
 */
export async function restoreBackup(
  parts: RestoreParts,
  source: string,
  { replace }: RestoreChoice,
): Promise<{ readonly manifest: Manifest; readonly setAside?: string }> {
  const { dataDir } = parts;
  if (!(await isThere(source))) throw new BackupError(`There is no ${source}.`);
  const old = await contentsOf(dataDir);
  if (old.length > 0 && !replace)
    throw new BackupError(
      `${dataDir} is not empty. With --replace the backup takes its place, and what is there now is set aside.`,
    );
  const work = path.join(dataDir, WORK);
  await rm(work, { recursive: true, force: true });
  await mkdir(path.join(work, "new"), { recursive: true, mode: 0o700 });
  const manifest = await prepareOrTidy(parts, source, work);
  const setAside = await takePlace(parts, old);
  return { manifest, ...(setAside !== undefined && { setAside }) };
}

/** A backup that is not taken leaves nothing behind: the folder is as usable as before. */
async function prepareOrTidy(parts: RestoreParts, source: string, work: string): Promise<Manifest> {
  try {
    const isFolder = (await stat(source)).isDirectory();
    const backup = isFolder ? path.resolve(source) : path.join(work, "unpacked");
    if (!isFolder) {
      await mkdir(backup, { mode: 0o700 });
      await unpackFile(source, backup);
    }
    const manifest = await verifyBackup(backup);
    await fill(parts, backup, manifest);
    return manifest;
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw error;
  }
}

async function fill({ dataDir, openStore }: RestoreParts, backup: string, manifest: Manifest) {
  const place = path.join(dataDir, WORK, "new");
  const store = await openStore(path.join(place, "clickhouse"));
  try {
    await store.readFrom(path.join(backup, STORE));
    compareRows(manifest, await store.countRows());
  } finally {
    await store.stop();
  }
  const files = path.join(backup, FOLDER);
  const names = (await isThere(files)) ? await readdir(files) : [];
  for (const name of names)
    await cp(path.join(files, name), path.join(place, name), { recursive: true });
  await giveToOwner(place, dataDir);
}

/** Restored by root, the files must still be readable by the user whom the folder belongs to. */
async function giveToOwner(place: string, dataDir: string): Promise<void> {
  const { uid, gid } = await stat(dataDir);
  if (process.getuid?.() !== 0 || uid === 0) return;
  await lchown(place, uid, gid);
  for (const name of await readdir(place, { recursive: true }))
    await lchown(path.join(place, name), uid, gid);
}

function compareRows({ tables }: Manifest, rows: ReadonlyMap<string, number>): void {
  for (const { name, rows: wanted } of tables) {
    const found = rows.get(name);
    if (found !== wanted)
      throw new BackupError(`${name} came back with ${found ?? "no"} rows, not ${wanted}.`);
  }
}

/** Moves, which are single steps on one disk: the old aside, the new in, the work folder away. */
async function takePlace({ dataDir, now }: RestoreParts, old: readonly string[]) {
  const stamp = new Date(now()).toISOString().replace(/[:.]/g, "-");
  const aside = path.join(dataDir, `${SET_ASIDE}${stamp}`);
  if (old.length > 0) await mkdir(aside, { mode: 0o700 });
  for (const name of old) await rename(path.join(dataDir, name), path.join(aside, name));
  const place = path.join(dataDir, WORK, "new");
  for (const name of await readdir(place))
    await rename(path.join(place, name), path.join(dataDir, name));
  await rm(path.join(dataDir, WORK), { recursive: true, force: true });
  return old.length > 0 ? aside : undefined;
}

/** What a server keeps in the folder, but for the leftovers of restores. */
async function contentsOf(dataDir: string): Promise<string[]> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const names = await readdir(dataDir);
  return names.filter((name) => name !== WORK && !name.startsWith(SET_ASIDE));
}

async function isThere(place: string): Promise<boolean> {
  return stat(place).then(
    () => true,
    () => false,
  );
}
