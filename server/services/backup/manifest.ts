import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { BackupError } from "./backup-error";
import { isBackupPath, MANIFEST, MANIFEST_SHA256 } from "./backup-layout";

const manifestSchema = z.object({
  format: z.literal("memledger-backup"),
  version: z.literal(1),
  /** ISO 8601, UTC: everything acknowledged before is in it. */
  createdAt: z.iso.datetime(),
  program: z.string(),
  engine: z.string(),
  tables: z.array(z.object({ name: z.string(), rows: z.int().min(0) })),
  files: z.array(
    z.object({
      path: z.string(),
      bytes: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
export type Manifest = z.infer<typeof manifestSchema>;

type Facts = Omit<Manifest, "format" | "version" | "files">;

/** Writes the list of what lies in the folder, last of all: without it a folder is no backup. */
export async function writeManifest(folder: string, facts: Facts): Promise<Manifest> {
  const files = [];
  for (const name of await listFiles(folder)) {
    const { size } = await stat(path.join(folder, name));
    files.push({ path: name, bytes: size, sha256: await hashFile(path.join(folder, name)) });
  }
  const manifest: Manifest = { format: "memledger-backup", version: 1, ...facts, files };
  const text = `${JSON.stringify(manifest, undefined, 1)}\n`;
  await writeFile(path.join(folder, MANIFEST), text, { mode: 0o600 });
  await writeFile(path.join(folder, MANIFEST_SHA256), `${hashText(text)}\n`, { mode: 0o600 });
  return manifest;
}

/**
 * Reads the list and holds every file against it.
 *
 * @throws BackupError that names the first file that is damaged, missing or one too many
 */
export async function verifyBackup(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  const listed = new Set([MANIFEST, MANIFEST_SHA256, ...manifest.files.map((file) => file.path)]);
  for (const name of await listFiles(folder))
    if (!listed.has(name)) throw new BackupError(`${name} is in the backup and not in its list.`);
  for (const file of manifest.files) await verifyFile(folder, file);
  return manifest;
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readOrFail(path.join(folder, MANIFEST), "This is no backup: it has no list.");
  const sha256 = await readOrFail(
    path.join(folder, MANIFEST_SHA256),
    `The backup is damaged: ${MANIFEST_SHA256} is missing.`,
  );
  if (hashText(text) !== sha256.trim())
    throw new BackupError(`The backup is damaged: ${MANIFEST} is not as it was written.`);
  const { success, data } = manifestSchema.safeParse(JSON.parse(text));
  if (!success)
    throw new BackupError("The backup was made by another version, which this one does not know.");
  return data;
}

async function verifyFile(
  folder: string,
  { path: name, bytes, sha256 }: Manifest["files"][number],
): Promise<void> {
  if (!isBackupPath(name))
    throw new BackupError(`The list names ${name}, which is no file of one.`);
  const file = path.join(folder, name);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new BackupError(`The backup is damaged: ${name} is missing.`);
  if (found.size !== bytes)
    throw new BackupError(`The backup is damaged: ${name} has ${found.size} bytes, not ${bytes}.`);
  if ((await hashFile(file)) !== sha256)
    throw new BackupError(`The backup is damaged: the contents of ${name} have changed.`);
}

/** Regular files below the folder, with "/" between the parts of their names, sorted. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .map((name) => name.split(path.sep).join("/"))
    .sort();
}

async function readOrFail(file: string, why: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new BackupError(why, { cause: error });
  }
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
