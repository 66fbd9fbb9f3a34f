import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { instantColumn, toInstantColumn, withoutNulls } from "./column-types";
import { insertRows, selectRows } from "./select-rows";

/** What an agent token may do: push samples, upload whole snapshots. */
const TOKEN_SCOPES = ["push", "snapshots"] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** An agent token. Times are ISO 8601 in UTC. */
export interface AgentTokenRecord {
  /** Names the token in lists; opens nothing. */
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the token in hex; the token itself is known to its agents only. */
  readonly tokenSha256: string;
  readonly scopes: readonly TokenScope[];
  /** Names of nodes it may speak for, with * for any characters; absent for all. */
  readonly nodePattern?: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt?: string;
  /** To the minute. */
  readonly lastUsedAt?: string;
}

const tokenRow = z.object({
  id: z.string(),
  name: z.string(),
  token_sha256: z.string(),
  scopes: z.array(z.enum(TOKEN_SCOPES)),
  node_pattern: z.string(),
  created_at: instantColumn,
  expires_at: instantColumn,
  revoked_at: instantColumn.nullable(),
  last_used_at: instantColumn.nullable(),
});

const COLUMNS = Object.keys(tokenRow.shape).join(", ");

/** Above every version that is a time in milliseconds: a revoked token stays revoked. */
const REVOKED_VERSION = 1e15;

function toRecord(row: z.infer<typeof tokenRow>): AgentTokenRecord {
  return {
    id: row.id,
    name: row.name,
    tokenSha256: row.token_sha256,
    scopes: row.scopes,
    ...(row.node_pattern !== "" && { nodePattern: row.node_pattern }),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...withoutNulls({ revokedAt: row.revoked_at, lastUsedAt: row.last_used_at }),
  };
}

function toRow(record: AgentTokenRecord): Record<string, unknown> {
  const { revokedAt, lastUsedAt, createdAt } = record;
  const written = Date.parse(lastUsedAt ?? createdAt);
  return {
    id: record.id,
    name: record.name,
    token_sha256: record.tokenSha256,
    scopes: record.scopes,
    node_pattern: record.nodePattern ?? "",
    created_at: toInstantColumn(createdAt),
    expires_at: toInstantColumn(record.expiresAt),
    revoked_at: revokedAt === undefined ? null : toInstantColumn(revokedAt),
    last_used_at: lastUsedAt === undefined ? null : toInstantColumn(lastUsedAt),
    version: revokedAt === undefined ? written : REVOKED_VERSION + written,
  };
}

export type AgentTokenStore = ReturnType<typeof createAgentTokenStore>;

/** Agent tokens in the store. */
export function createAgentTokenStore(client: ClickHouseClient) {
  return {
    /** Writes tokens, or over them: a revoked row wins, then the one used last. */
    insertTokens: (records: readonly AgentTokenRecord[]): Promise<void> =>
      insertRows(client, "agent_tokens", records.map(toRow)),

    /** At most `limit`: those that are not revoked first, then the newest. */
    async listTokens(limit: number): Promise<AgentTokenRecord[]> {
      const rows = await selectRows(client, {
        query: `SELECT ${COLUMNS} FROM agent_tokens FINAL
                ORDER BY revoked_at IS NOT NULL, created_at DESC, id LIMIT {limit:UInt32}`,
        params: { limit },
        row: tokenRow,
      });
      return rows.map(toRecord);
    },
  };
}
