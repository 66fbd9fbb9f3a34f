import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { looksLikeAgentToken } from "./agent-tokens";
import { hashSecret, type SecretHash, secretHashSchema } from "./secret-hash";

const accessFileSchema = z.object({ version: z.literal(1), secret: secretHashSchema });

const MIN_SECRET = 12;
const MAX_SECRET = 1024;

function accessPath(dataDir: string): string {
  return join(dataDir, "access.json");
}

/** The hash of the secret, or nothing where none is set. A damaged file is an error, not an open door. */
export async function readSecretHash(dataDir: string): Promise<SecretHash | undefined> {
  const text = await readIfThere(accessPath(dataDir));
  if (text === undefined) return undefined;
  try {
    return accessFileSchema.parse(JSON.parse(text)).secret;
  } catch (error) {
    throw new Error(
      `${accessPath(dataDir)} cannot be read; set the secret again with "memledger secret"`,
      { cause: error },
    );
  }
}

/** Whether a secret is set: what `memledger secret` prints. */
export async function hasSecret(dataDir: string): Promise<boolean> {
  return (await readSecretHash(dataDir)) !== undefined;
}

/**
 * Sets the secret that browsers and collectors must give, and ends every session signed under the old
 * one. Without a secret given it makes one of 160 random bits. Returns the secret, which is kept
 * nowhere in clear.
 */
export async function setSecret(dataDir: string, given?: string): Promise<string> {
  const secret = given ?? randomBytes(20).toString("base64url");
  if (secret.length < MIN_SECRET || secret.length > MAX_SECRET)
    throw new RangeError(`A secret has ${MIN_SECRET} to ${MAX_SECRET} characters.`);
  if (looksLikeAgentToken(secret)) throw new RangeError("An agent token cannot be the secret.");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = { version: 1, secret: await hashSecret(secret) } as const;
  await writeWhole(accessPath(dataDir), `${JSON.stringify(file, null, 2)}\n`);
  return secret;
}

/** Removes the secret: from then on only a server that listens on loopback answers. */
export async function removeSecret(dataDir: string): Promise<void> {
  await rm(accessPath(dataDir), { force: true });
}

/** The key that session cookies are signed with; made on first use, 256 random bits, readable by the owner only. */
export async function readSessionKey(dataDir: string): Promise<Buffer> {
  const path = join(dataDir, "session.key");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const kept = await readIfThere(path);
  if (kept !== undefined && Buffer.from(kept.trim(), "base64url").length === 32)
    return Buffer.from(kept.trim(), "base64url");
  const key = randomBytes(32);
  await writeWhole(path, `${key.toString("base64url")}\n`);
  return key;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Written beside and renamed over, so that a reader sees the old file or the new one. */
async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  const file = await open(beside, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(beside, 0o600);
  await rename(beside, path);
}
