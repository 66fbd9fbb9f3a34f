import { constants } from "node:fs";
import { copyFile, link, mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

export type ArchiveKeeper = ReturnType<typeof createArchiveKeeper>;

const ARCHIVE_NAME = /^[0-9a-f]{64}$/;

/**
 * Original uploads under `<data>/archives/<sha256>`: together at most `maxBytes`, oldest first out.
 * The texts that verdicts are made of live in the store and stay when an archive goes.
 */
export function createArchiveKeeper(dataDir: string, maxBytes: number) {
  const folder = join(dataDir, "archives");
  const place = (sha256: string) => {
    if (!ARCHIVE_NAME.test(sha256)) throw new RangeError("not a SHA-256");
    return join(folder, sha256);
  };

  return {
    /** Keeps the file at `path` and returns once it is on disk; false when it alone is over the limit. */
    async keep(path: string, sha256: string): Promise<boolean> {
      const { size } = await stat(path);
      if (size > maxBytes) return false;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await makeRoom(folder, maxBytes - size, sha256);
      const beside = `${place(sha256)}.new`;
      await rm(beside, { force: true });
      await linkOrCopy(path, beside);
      await syncFile(beside);
      await rename(beside, place(sha256));
      const now = new Date();
      await utimes(place(sha256), now, now);
      return true;
    },

    async drop(sha256: string): Promise<void> {
      await rm(place(sha256), { force: true });
    },

    /** Removes archives that were kept before a moment (epoch ms). */
    async dropBefore(ms: number): Promise<void> {
      for (const { name, mtimeMs } of await listArchives(folder))
        if (mtimeMs < ms) await rm(join(folder, name), { force: true });
    },

    async has(sha256: string): Promise<boolean> {
      return stat(place(sha256)).then(
        (found) => found.isFile(),
        () => false,
      );
    },
  };
}

/** A link costs nothing; another file system, or one without links, costs a copy. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Removes the oldest archives until the rest is at most `room` bytes. */
async function makeRoom(folder: string, room: number, coming: string): Promise<void> {
  const kept = (await listArchives(folder)).filter(({ name }) => name !== coming);
  let total = kept.reduce((sum, { size }) => sum + size, 0);
  for (const { name, size } of kept.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (total <= room) return;
    await rm(join(folder, name), { force: true });
    total -= size;
  }
}

interface KeptArchive {
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
}

async function listArchives(folder: string): Promise<KeptArchive[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return Promise.all(
    names
      .filter((name) => ARCHIVE_NAME.test(name))
      .map(async (name) => {
        const { size, mtimeMs } = await stat(join(folder, name));
        return { name, size, mtimeMs };
      }),
  );
}
