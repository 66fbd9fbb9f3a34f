import type { ApiOutputs } from "@/server/api/api-outputs";

export type AgentToken = ApiOutputs["tokens"]["list"]["tokens"][number];
export type TokenScope = AgentToken["scopes"][number];
export type MadeToken = Pick<ApiOutputs["tokens"]["create"], "token" | "expiresAt" | "scopes">;

export interface TokenChoice {
  readonly name: string;
  readonly expiresInDays: number;
  readonly scopes: TokenScope[];
  readonly nodePattern?: string;
}

export type RetentionLevel = ApiOutputs["settings"]["retention"]["levels"][number];
export type LevelId = RetentionLevel["id"];
/** How many rows would go at once, or why so many days are not allowed. */
export type RetentionPreview = ApiOutputs["settings"]["retentionPreview"];

export type StorageState = ApiOutputs["settings"]["storage"];
