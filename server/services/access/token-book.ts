import type { AgentTokenRecord, AgentTokenStore } from "../../store/agent-tokens";

export interface TokenBookParts {
  readonly agentTokens: AgentTokenStore;
  readonly now: () => number;
}

interface Page {
  readonly bySha256: ReadonlyMap<string, AgentTokenRecord>;
  readonly records: readonly AgentTokenRecord[];
}

/** Longest time that a token revoked by another server still opens here. */
const KEPT_MS = 1000;
const USE_NOTED_EVERY_MS = 60_000;
const MOST_READ = 5000;

/**
 * The agent tokens as the store has them, read again after a second. Thousands of pushes, and any number of wrong
 * tokens, cost one query per second in all. What this server changes itself is in force at once.
 */
export function createTokenBook({ agentTokens, now }: TokenBookParts) {
  let page: Promise<Page> | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  /** Uses not yet written: id → epoch ms. */
  const uses = new Map<string, number>();
  let notedAtMs = Number.NEGATIVE_INFINITY;

  async function read(): Promise<Page> {
    const records = await agentTokens.listTokens(MOST_READ);
    return { records, bySha256: new Map(records.map((record) => [record.tokenSha256, record])) };
  }

  function current(): Promise<Page> {
    // The process's own clock: the server's may be set to run faster.
    const atMs = performance.now();
    if (page !== undefined && atMs - readAtMs < KEPT_MS) return page;
    readAtMs = atMs;
    const started = read();
    page = started;
    // A store that was away is asked again by the next caller.
    started.catch(() => {
      if (page === started) page = undefined;
    });
    return started;
  }

  /** Writes when each token was last used: all of them in one insert, at most once a minute. */
  async function writeUses(): Promise<void> {
    const noted = new Map(uses);
    const { records } = await read();
    const used = records.flatMap((record): AgentTokenRecord[] => {
      const atMs = noted.get(record.id);
      const isOpen = record.revokedAt === undefined;
      return atMs === undefined || !isOpen
        ? []
        : [{ ...record, lastUsedAt: new Date(atMs).toISOString() }];
    });
    if (used.length > 0) await agentTokens.insertTokens(used);
    for (const [id, atMs] of noted) if (uses.get(id) === atMs) uses.delete(id);
  }

  return {
    async list() {
      const { records } = await current();
      const nowMs = now();
      const open = records.filter(
        ({ revokedAt, expiresAt }) => revokedAt === undefined && Date.parse(expiresAt) > nowMs,
      );
      return {
        open: open.length,
        records: records.map((record) => {
          const atMs = uses.get(record.id);
          return atMs === undefined
            ? record
            : { ...record, lastUsedAt: new Date(atMs).toISOString() };
        }),
      };
    },

    async find(tokenSha256: string): Promise<AgentTokenRecord | undefined> {
      return (await current()).bySha256.get(tokenSha256);
    },

    /** Writes a token, in force for this server before it returns. */
    async write(record: AgentTokenRecord): Promise<void> {
      await agentTokens.insertTokens([record]);
      // A read that began before the write must not bring the old row back.
      page = undefined;
    },

    /** Returns at once; that a use could not be noted is no reason to refuse a push. */
    noteUse({ id }: AgentTokenRecord): void {
      uses.set(id, now());
      const atMs = performance.now();
      if (atMs - notedAtMs < USE_NOTED_EVERY_MS) return;
      notedAtMs = atMs;
      writeUses().catch(() => undefined);
    },
  };
}
