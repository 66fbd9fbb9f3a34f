import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const removalSchema = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Every snapshot of the upload. */
  ids: z.array(z.string()),
  /** The node from which it was removed. */
  node: z.string(),
  revokeLinks: z.boolean(),
});

/** What is to be removed: one upload, whole. */
export type Removal = z.infer<typeof removalSchema>;

export type RemovalJournal = ReturnType<typeof createRemovalJournal>;

const ENTRY_NAME = /^[0-9a-f]{64}$/;

/**
 * Removals that were begun, under `<data>/removals/<sha256>`. Engine and disk share no transaction: what a
 * crash cuts short is found here and finished.
 */
export function createRemovalJournal(dataDir: string) {
  const folder = join(dataDir, "removals");

  async function find(sha256: string): Promise<Removal | undefined> {
    if (!ENTRY_NAME.test(sha256)) return undefined;
    const text = await readFile(join(folder, sha256), "utf8").catch(nothingIfMissing);
    return text === undefined ? undefined : removalSchema.parse(JSON.parse(text));
  }

  return {
    find,

    /** Returns once the entry is on disk. */
    async begin(removal: Removal): Promise<void> {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const place = join(folder, removal.sha256);
      const file = await open(`${place}.new`, "w", 0o600);
      try {
        await file.writeFile(JSON.stringify(removal));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${place}.new`, place);
    },

    async end(sha256: string): Promise<void> {
      await rm(join(folder, sha256), { force: true });
    },

    /** The uploads whose removal has not ended. */
    async pending(): Promise<string[]> {
      const names = (await readdir(folder).catch(nothingIfMissing)) ?? [];
      return names.filter((name) => ENTRY_NAME.test(name));
    },
  };
}

function nothingIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
