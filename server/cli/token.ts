import { parseArgs } from "node:util";
import type { AgentTokens } from "../services/access/agent-tokens";
import { tokenRequest } from "../services/access/token-request";
import { toServiceError } from "../services/service-error";
import type { Outcome } from "./analyze";
import { NoStoreError, withTokens } from "./running-store";
import { padEnd, printable } from "./terminal";

/** Wrong usage: the command prints why and how it is used. */
export class TokenUsageError extends Error {}

/** `memledger token create NAME | list | revoke ID`, in the store of the server that runs. */
export async function token(args: readonly string[]): Promise<Outcome> {
  const command = readCommand(args);
  try {
    return await withTokens(command);
  } catch (error) {
    const known = error instanceof NoStoreError ? error : toServiceError(error);
    if (known) return { stdout: "", stderr: `memledger: ${known.message}\n`, exitCode: 2 };
    throw error;
  }
}

type Command = (tokens: AgentTokens) => Promise<Outcome>;

function readCommand([action, ...rest]: readonly string[]): Command {
  if (action === "create") return readCreate(rest);
  if (action === "list" && rest.length === 0) return list;
  const [id] = rest;
  if (action === "revoke" && id !== undefined && rest.length === 1) return (of) => revoke(of, id);
  throw new TokenUsageError("token wants create NAME, list, or revoke ID");
}

function readCreate(args: readonly string[]): Command {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { expires: text, scope: text, node: text },
  });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1)
    throw new TokenUsageError("token create wants one NAME");
  const { success, data, error } = tokenRequest.safeParse({
    name,
    expiresInDays: values.expires === undefined ? undefined : daysOf(values.expires),
    scopes: values.scope?.split(","),
    nodePattern: values.node,
  });
  if (!success) throw new TokenUsageError(explain(error.issues));
  return async (tokens) => {
    const made = await tokens.create(data);
    return {
      stdout: `${made.token}\n`,
      stderr:
        `memledger: agent token ${made.id}, good until ${made.expiresAt.slice(0, 10)}. This is the only time it is ` +
        "shown; the server keeps its hash.\n",
      exitCode: 0,
    };
  };
}

const OPTION_OF: Readonly<Record<string, string>> = {
  name: "NAME",
  expiresInDays: "--expires",
  scopes: "--scope",
  nodePattern: "--node",
};

function explain(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  return issues
    .map(({ path, message }) => `${OPTION_OF[String(path[0])] ?? "token create"}: ${message}`)
    .join("; ");
}

/** "90d", or days alone. */
function daysOf(text: string): number {
  return /^\d{1,5}d?$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
}

async function list(tokens: AgentTokens): Promise<Outcome> {
  const found = (await tokens.list()).tokens;
  if (found.length === 0)
    return { stdout: "", stderr: "memledger: there are no agent tokens\n", exitCode: 0 };
  const lines = found.map(({ id, state, expiresAt, lastUsedAt, scopes, name, nodePattern }) =>
    [
      id,
      padEnd(state === "open" ? `until ${expiresAt.slice(0, 10)}` : state, 16),
      padEnd(lastUsedAt === undefined ? "never used" : `used ${minuteOf(lastUsedAt)}`, 21),
      padEnd(scopes.join(","), 14),
      printable(nodePattern === undefined ? name : `${name} (${nodePattern})`),
    ].join("  "),
  );
  return { stdout: `${lines.join("\n")}\n`, stderr: "", exitCode: 0 };
}

function minuteOf(iso: string): string {
  return iso.slice(0, 16).replace("T", " ");
}

async function revoke(tokens: AgentTokens, id: string): Promise<Outcome> {
  await tokens.revoke(id);
  return {
    stdout: "",
    stderr: `memledger: ${printable(id)} is revoked; servers refuse it within a second\n`,
    exitCode: 0,
  };
}
