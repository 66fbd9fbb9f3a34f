import { formatMoment } from "../format-time";
import { CommandLine } from "../ui/command-line";
import { CopyButton } from "../ui/copy-button";
import { agentCommands } from "./agent-commands";
import type { MadeToken } from "./settings-types";

interface MadeTokenViewProps {
  readonly made: MadeToken;
  readonly server: string;
}

/** A token just made, and the lines that start an agent with it. */
export function MadeTokenView({ made, server }: MadeTokenViewProps) {
  return (
    <>
      <div role="status" className="border-accent border-l-2 bg-sunken px-3 py-2">
        <p className="flex items-start gap-2">
          <code className="min-w-0 grow break-all font-mono text-13">{made.token}</code>
          <CopyButton text={made.token} what="token" />
        </p>
        <p className="mt-1 text-12 text-muted">Good until {formatMoment(made.expiresAt)}.</p>
      </div>
      {made.scopes.includes("push") ? (
        <div>
          <p className="mb-1 font-medium text-13">Start an agent on a node</p>
          <CommandLine command={agentCommands(server, made.token)} />
          <p className="mt-1 text-12 text-muted">
            The address must be one under which the node reaches this server.
          </p>
        </div>
      ) : null}
    </>
  );
}
