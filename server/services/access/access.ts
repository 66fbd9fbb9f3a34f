import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { TokenScope } from "../../store/agent-tokens";
import { ServiceError } from "../service-error";
import { readSecretHash, readSessionKey } from "./access-file";
import { type AgentTokens, looksLikeAgentToken, type PushGrant } from "./agent-tokens";
import { isLoopbackBind, isLoopbackHost, isSameOrigin, type RequestOrigin } from "./request-origin";
import { isSecret, type SecretHash } from "./secret-hash";
import { isSession, signSession } from "./session-cookie";
import { createThrottle } from "./throttle";

/** What a request brings along to prove that it may. */
export interface Credentials extends RequestOrigin {
  /** Value of the session cookie. */
  readonly session?: string;
  /** The secret, or an agent token, of an `Authorization: Bearer` header. */
  readonly bearer?: string;
}

export interface AccessOptions {
  readonly dataDir: string;
  /** The address that the server listens on. */
  readonly bindHost: string;
  readonly tokens: Pick<AgentTokens, "prove">;
  readonly now: () => number;
}

export type Access = ReturnType<typeof createAccess>;

const NO_SECRET =
  'This server listens beyond this machine and has no secret yet. Set one with "npx memledger secret" on the server.';
const OTHER_NAME =
  'Without a secret this server answers under localhost only. Set one with "npx memledger secret", or open http://localhost.';

const ONLY_PUSHES = "An agent token may push and upload snapshots, and nothing else.";

/**
 * Who may read and write. Until a secret is set, whoever is on this machine may, and nobody else: the
 * server must listen on loopback and be called by a loopback name. Once set, a session cookie or the
 * secret itself is asked for, from everybody. An agent token may push, from anywhere, and nothing else.
 */
export function createAccess({ dataDir, bindHost, tokens, now }: AccessOptions) {
  const throttle = createThrottle({ burst: 10, everyMs: 3000 });
  const proven = createProven();

  async function proveSecret(secret: string, kept: SecretHash): Promise<void> {
    if (proven.has(secret, kept)) return;
    const waitMs = throttle.waitMs(now());
    if (waitMs > 0) throw tooMany(waitMs);
    // Counted before the slow hash, so that many guesses sent at once are all counted.
    throttle.countWrong(now());
    if (!(await isSecret(secret, kept))) throw new ServiceError("needsSecret", "Wrong secret.");
    proven.add(secret, kept);
  }

  return {
    /** Throws a ServiceError when the caller may not read. */
    async checkRead(credentials: Credentials): Promise<void> {
      // Not tried as the secret: an agent that asks for what it may not must not lock out who signs in.
      if (isAgentToken(credentials.bearer)) throw new ServiceError("notAllowed", ONLY_PUSHES);
      const kept = await readSecretHash(dataDir);
      if (kept === undefined) return checkOpen(credentials, bindHost);
      if (credentials.bearer !== undefined) return proveSecret(credentials.bearer, kept);
      const signing = { key: await readSessionKey(dataDir), secretHash: kept.hash };
      if (credentials.session !== undefined && isSession(credentials.session, now(), signing))
        return;
      throw new ServiceError("needsSecret", "Log in first.");
    },

    /** As checkRead; also refuses what a page of another site sends. */
    async checkWrite(credentials: Credentials): Promise<void> {
      checkOrigin(credentials);
      await this.checkRead(credentials);
    },

    /** Whoever may write, or holds an agent token of this scope. Answers for which nodes. */
    async checkPush(credentials: Credentials, scope: TokenScope): Promise<PushGrant> {
      const { bearer } = credentials;
      if (isAgentToken(bearer)) return tokens.prove(bearer, scope);
      await this.checkWrite(credentials);
      return { allowsNode: () => true };
    },

    /** Whether a secret is set: whoever sends something then needs it, or an agent token. */
    async hasSecret(): Promise<boolean> {
      return (await readSecretHash(dataDir)) !== undefined;
    },

    /** The value of a new session cookie. */
    async logIn(secret: string, origin: RequestOrigin): Promise<string> {
      checkOrigin(origin);
      const kept = await readSecretHash(dataDir);
      if (kept === undefined)
        throw new ServiceError("badInput", "No secret is set on this server.");
      await proveSecret(secret, kept);
      return signSession(now(), { key: await readSessionKey(dataDir), secretHash: kept.hash });
    },
  };
}

function isAgentToken(bearer: string | undefined): bearer is string {
  return bearer !== undefined && looksLikeAgentToken(bearer);
}

function checkOpen({ host }: RequestOrigin, bindHost: string): void {
  if (!isLoopbackBind(bindHost)) throw new ServiceError("notAllowed", NO_SECRET);
  if (!isLoopbackHost(host)) throw new ServiceError("notAllowed", OTHER_NAME);
}

function checkOrigin(origin: RequestOrigin): void {
  if (!isSameOrigin(origin))
    throw new ServiceError("notAllowed", "A page of another site may not change anything here.");
}

function tooMany(waitMs: number): ServiceError {
  const seconds = Math.ceil(waitMs / 1000);
  return new ServiceError("busy", `Too many secrets tried. Wait ${seconds} s and try again.`);
}

/** Remembers the secret that was right, so that a collector's every push does not cost a scrypt. */
function createProven() {
  const key = randomBytes(32);
  let right: Buffer | undefined;
  const digest = (secret: string, kept: SecretHash) =>
    createHmac("sha256", key).update(`${kept.hash}.${secret}`).digest();
  return {
    has: (secret: string, kept: SecretHash) =>
      right !== undefined && timingSafeEqual(right, digest(secret, kept)),
    add: (secret: string, kept: SecretHash) => {
      right = digest(secret, kept);
    },
  };
}
