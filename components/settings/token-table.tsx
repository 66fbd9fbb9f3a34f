import type { ReactNode } from "react";
import { formatAge, formatInstant, formatMoment } from "../format-time";
import { EmptyState } from "../ui/empty-state";
import type { AgentToken, TokenScope } from "./settings-types";

interface TokenTableProps {
  readonly tokens: readonly AgentToken[];
  /** Epoch ms. */
  readonly now: number;
  /** The button that ends a token. */
  readonly renderRevoke: (token: AgentToken) => ReactNode;
}

const SCOPE_NAMES: Record<TokenScope, string> = {
  push: "push samples",
  snapshots: "upload snapshots",
};

/** Agent tokens by name; what they are is known to their agents alone. */
export function TokenTable({ tokens, now, renderRevoke }: TokenTableProps) {
  if (tokens.length === 0)
    return (
      <EmptyState title="There are no agent tokens">
        Without one, only agents on this machine may push. Make one for each group of machines that
        you might want to cut off alone.
      </EmptyState>
    );
  return (
    <table className="w-full table-fixed text-13">
      <thead className="text-left text-12 text-muted">
        <tr className="border-b">
          <th className="py-1.5 pr-4 font-normal">Name</th>
          <th className="hidden w-56 py-1.5 pr-4 font-normal md:table-cell">May</th>
          <th className="hidden w-44 py-1.5 pr-4 font-normal sm:table-cell">Good until</th>
          <th className="w-26 py-1.5 pr-4 font-normal">Last used</th>
          <th className="w-22 py-1.5 font-normal">
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody className="align-top">
        {tokens.map((token) => (
          <tr key={token.id} className="border-b">
            <th scope="row" className="py-2 pr-4 text-left font-normal">
              <span className={`line-clamp-2 ${token.state === "open" ? "" : "text-muted"}`}>
                {token.name}
              </span>
              <span className="block text-12 text-muted">
                <code className="font-mono">{token.id}</code>
                <span className="sm:hidden">
                  {" · "}
                  {token.state === "open" ? "until " : ""}
                  {endOf(token)}
                </span>
              </span>
            </th>
            <td className="hidden py-2 pr-4 text-muted md:table-cell">
              {token.scopes.map((scope) => SCOPE_NAMES[scope]).join(", ")}
              {token.nodePattern === undefined ? null : (
                <span className="line-clamp-2 text-12">
                  for <code className="font-mono">{token.nodePattern}</code>
                </span>
              )}
            </td>
            <td className="hidden py-2 pr-4 sm:table-cell">{endOf(token)}</td>
            <td className="py-2 pr-4 text-muted">
              {token.lastUsedAt === undefined ? (
                "never"
              ) : (
                <time dateTime={token.lastUsedAt} title={formatInstant(token.lastUsedAt)}>
                  {formatAge(token.lastUsedAt, now)}
                </time>
              )}
            </td>
            <td className="py-1 text-right">
              {token.state === "open" ? renderRevoke(token) : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function endOf({ state, expiresAt, revokedAt }: AgentToken): string {
  if (state === "revoked") return `revoked ${dayOf(revokedAt ?? expiresAt)}`;
  return state === "expired" ? `expired ${dayOf(expiresAt)}` : dayOf(expiresAt);
}

function dayOf(iso: string): string {
  return formatMoment(iso).split(",")[0] ?? iso;
}
