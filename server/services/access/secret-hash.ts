import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** A hashed secret as `access.json` holds it. Salt and hash are base64url. */
export const secretHashSchema = z.object({
  algorithm: z.literal("scrypt"),
  N: z.int(),
  r: z.int(),
  p: z.int(),
  salt: z.string(),
  hash: z.string(),
});
export type SecretHash = z.infer<typeof secretHashSchema>;

// RFC 7914 parameters at 32 MiB and about 60 ms: dear for a guesser, cheap for one login.
const COST = { N: 2 ** 15, r: 8, p: 1 };
const HASH_BYTES = 32;

export async function hashSecret(secret: string): Promise<SecretHash> {
  const salt = randomBytes(16);
  const hash = await derive(secret, salt, COST);
  return {
    algorithm: "scrypt",
    ...COST,
    salt: salt.toString("base64url"),
    hash: hash.toString("base64url"),
  };
}

/** Compares in constant time. */
export async function isSecret(secret: string, kept: SecretHash): Promise<boolean> {
  const wanted = Buffer.from(kept.hash, "base64url");
  const given = await derive(secret, Buffer.from(kept.salt, "base64url"), kept);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function derive(secret: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  const { N, r, p } = cost;
  return new Promise((resolve, reject) => {
    scrypt(
      secret.normalize("NFC"),
      salt,
      HASH_BYTES,
      { N, r, p, maxmem: 256 * N * r },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}
