import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { extract, type Header, type Pack, pack } from "tar-stream";
import { BackupError } from "./backup-error";
import { isBackupPath } from "./backup-layout";

/** Writes the named files of a folder into one tar file, in this order, and returns once it is on disk. */
export async function packFiles(
  folder: string,
  names: readonly string[],
  file: string,
): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(file, { mode: 0o600 }));
  try {
    for (const name of names) await addFile(archive, path.join(folder, name), name);
    archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : undefined);
    await written.catch(() => undefined);
    throw error;
  }
  await written;
  const handle = await open(file, "r");
  await handle.sync();
  await handle.close();
}

async function addFile(archive: Pack, file: string, name: string): Promise<void> {
  const { size } = await stat(file);
  const entry = archive.entry({ name, size, mode: 0o600 });
  await pipeline(createReadStream(file), entry);
}

/**
 * Unpacks a tar file into a folder that is empty. Nothing but regular files with names of a backup is taken.
 *
 * @throws BackupError when it holds anything else, or ends early
 */
export async function unpackFile(file: string, folder: string): Promise<void> {
  const entries = extract();
  const source = createReadStream(file);
  source.once("error", (error) => entries.destroy(error));
  source.pipe(entries);
  try {
    for await (const entry of entries) {
      const name = nameOf(entry.header);
      if (name === undefined) {
        entry.resume();
        continue;
      }
      const place = path.join(folder, name);
      await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
      await copyEntry(entry, place);
    }
  } catch (error) {
    if (error instanceof BackupError || isDiskError(error)) throw error;
    throw new BackupError(`${path.basename(file)} is damaged or no backup: ${messageOf(error)}.`, {
      cause: error,
    });
  } finally {
    source.destroy();
    entries.destroy();
  }
}

/** By hand: a pipeline waits for ever when the archive ends in the middle of an entry. */
async function copyEntry(entry: AsyncIterable<unknown>, place: string): Promise<void> {
  // "wx": a second file of the same name is an error, not a replacement.
  const file = await open(place, "wx", 0o600);
  try {
    for await (const chunk of entry) if (chunk instanceof Uint8Array) await file.writeFile(chunk);
  } finally {
    await file.close();
  }
}

/** The file's name; nothing for a folder, which is made where a file needs it. */
function nameOf({ name: given, type }: Header): string | undefined {
  const name = given.replace(/^(?:\.\/)+/, "");
  if (type === "directory") return undefined;
  if (type !== "file" && type !== "contiguous-file")
    throw new BackupError(`${shown(name)} is a ${type ?? "thing"}; a backup holds plain files.`);
  if (!isBackupPath(name)) throw new BackupError(`${shown(name)} is no file of a backup.`);
  return name;
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 200));
}

function isDiskError(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    /^E(?:NOSPC|ACCES|IO|NOENT|ISDIR)$/.test(String(error.code))
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
