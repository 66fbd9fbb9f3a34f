import { createHash, randomBytes } from "node:crypto";
import type { AgentTokenRecord, AgentTokenStore, TokenScope } from "../../store/agent-tokens";
import { wellFormed } from "../../store/well-formed";
import { ServiceError } from "../service-error";
import { createThrottle } from "./throttle";
import { createTokenBook } from "./token-book";

export interface TokenRequest {
  /** For people: which agents hold it. */
  readonly name: string;
  readonly expiresInDays: number;
  readonly scopes: readonly TokenScope[];
  /** Names of nodes it may speak for, with * for any characters; absent for all. */
  readonly nodePattern?: string | undefined;
}

export interface AgentTokenParts {
  readonly agentTokens: AgentTokenStore;
  readonly now: () => number;
}

/** What a proven token allows beyond its scope. */
export interface PushGrant {
  /** Whether it may speak for the node of this name. */
  readonly allowsNode: (node: string) => boolean;
}

export type AgentTokens = ReturnType<typeof createAgentTokens>;

const DAY_MS = 24 * 3600 * 1000;
/** 256 random bits: 43 characters of base64url. */
const TOKEN_BYTES = 32;
const PREFIX = "mla_";
/** Every check may read the whole list, so that it must stay short. */
const MAX_TOKENS = 1000;

/** Whether a text is meant as an agent token, even one cut short: it is then never tried as the secret. */
export function looksLikeAgentToken(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** Tokens with which agents push: made, listed, revoked, proven. */
export function createAgentTokens({ agentTokens, now }: AgentTokenParts) {
  const book = createTokenBook({ agentTokens, now });
  // Of their own: an agent with a wrong token slows down neither the sign-in nor those with a right one.
  const throttle = createThrottle({ burst: 20, everyMs: 1000 });

  function refuseUnknown(): never {
    const waitMs = throttle.waitMs(now());
    if (waitMs > 0)
      throw new ServiceError(
        "busy",
        `Too many wrong agent tokens. Wait ${Math.ceil(waitMs / 1000)} s and try again.`,
      );
    throttle.countWrong(now());
    throw new ServiceError("needsSecret", "There is no such agent token.");
  }

  return {
    /** Makes a token. It is returned here and can never be read again. */
    async create({ name, expiresInDays, scopes, nodePattern }: TokenRequest) {
      const { open } = await book.list();
      if (open >= MAX_TOKENS)
        throw new ServiceError("conflict", `There are ${MAX_TOKENS} tokens. Revoke some first.`);
      const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString("base64url")}`;
      const record: AgentTokenRecord = {
        id: randomBytes(6).toString("hex"),
        name: wellFormed(name),
        tokenSha256: hashToken(token),
        scopes: [...new Set(scopes)],
        ...(nodePattern !== undefined && { nodePattern: wellFormed(nodePattern) }),
        createdAt: new Date(now()).toISOString(),
        expiresAt: new Date(now() + expiresInDays * DAY_MS).toISOString(),
      };
      await book.write(record);
      return { token, ...publicFacts(record, now()) };
    },

    /** Newest first, those in force before those that are revoked. */
    async list() {
      const { records } = await book.list();
      return { tokens: records.map((record) => publicFacts(record, now())) };
    },

    /** Ends a token at once. Revoking twice does nothing more. */
    async revoke(id: string): Promise<void> {
      const { records } = await book.list();
      const record = records.find((each) => each.id === id);
      if (!record) throw new ServiceError("notFound", "There is no agent token of that id.");
      if (record.revokedAt !== undefined) return;
      await book.write({ ...record, revokedAt: new Date(now()).toISOString() });
    },

    /**
     * @throws ServiceError when the token is unknown, revoked, expired or not made for this scope
     */
    async prove(token: string, scope: TokenScope): Promise<PushGrant> {
      const record = await book.find(hashToken(token));
      if (!record) return refuseUnknown();
      if (record.revokedAt !== undefined)
        throw new ServiceError("needsSecret", "This agent token has been revoked.");
      if (Date.parse(record.expiresAt) <= now())
        throw new ServiceError("needsSecret", "This agent token has expired.");
      if (!record.scopes.includes(scope)) throw new ServiceError("notAllowed", NOT_IN_SCOPE[scope]);
      book.noteUse(record);
      return { allowsNode: matcherOf(record.nodePattern) };
    },
  };
}

const NOT_IN_SCOPE: Record<TokenScope, string> = {
  push: "This agent token may not push samples.",
  snapshots: "This agent token may not upload snapshots.",
};

/** Everything but the hash. */
function publicFacts(record: AgentTokenRecord, nowMs: number) {
  const { tokenSha256: _, ...facts } = record;
  return { ...facts, state: stateOf(record, nowMs) };
}

function stateOf(
  { revokedAt, expiresAt }: AgentTokenRecord,
  nowMs: number,
): "open" | "expired" | "revoked" {
  if (revokedAt !== undefined) return "revoked";
  return Date.parse(expiresAt) <= nowMs ? "expired" : "open";
}

/** Linear in the name whatever the pattern: the parts between the stars are looked for from left to right. */
function matcherOf(pattern: string | undefined): PushGrant["allowsNode"] {
  if (pattern === undefined) return () => true;
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return (node) => node === first;
  return (node) => {
    if (!node.startsWith(first) || !node.endsWith(last)) return false;
    const end = node.length - last.length;
    let at = first.length;
    for (const part of rest) {
      const found = node.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
