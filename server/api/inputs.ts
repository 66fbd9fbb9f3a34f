import { z } from "zod";

/** Id of a snapshot: the first 16 hex digits of its upload's SHA-256 and its place in it. */
export const snapshotIdInput = z.string().regex(/^[0-9a-f]{16}-\d{1,6}$/, "not a snapshot id");

export const snapshotInput = z.object({ id: snapshotIdInput });

/** Path of a file inside a snapshot; only ever looked up among the snapshot's own. */
export const fileNameInput = z.string().min(1).max(4096);

export const uploadNameInput = z.string().max(1024);

export const uploadIdInput = z.object({ uploadId: z.uuid().toLowerCase() });

export const revealInput = z
  .object({
    hostnames: z.boolean().default(false),
    addresses: z.boolean().default(false),
    commands: z.boolean().default(false),
    paths: z.boolean().default(false),
  })
  .default({ hostnames: false, addresses: false, commands: false, paths: false });
