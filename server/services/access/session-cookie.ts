import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

export const SESSION_COOKIE = "memledger_session";
export const SESSION_SECONDS = 30 * 24 * 3600;

interface Signing {
  readonly key: Buffer;
  /** Hash of the secret in force: another secret makes every older session void. */
  readonly secretHash: string;
}

/** "<expiry in seconds>.<nonce>.<HMAC-SHA256>": nothing is kept on the server. */
export function signSession(nowMs: number, signing: Signing): string {
  const expires = Math.floor(nowMs / 1000) + SESSION_SECONDS;
  const body = `${expires}.${randomBytes(16).toString("base64url")}`;
  return `${body}.${sign(body, signing).toString("base64url")}`;
}

export function isSession(value: string, nowMs: number, signing: Signing): boolean {
  const [, body, expires, signature] =
    /^((\d{1,12})\.[\w-]{1,64})\.([\w-]{1,128})$/.exec(value) ?? [];
  if (body === undefined || expires === undefined || signature === undefined) return false;
  const given = Buffer.from(signature, "base64url");
  const wanted = sign(body, signing);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return false;
  return Number(expires) * 1000 > nowMs;
}

function sign(body: string, { key, secretHash }: Signing): Buffer {
  return createHmac("sha256", key).update(`${secretHash}.${body}`).digest();
}
