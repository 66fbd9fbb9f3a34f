import { agentInstallLine, agentUninstallLine } from "../agent-install-line";
import { CommandLine } from "../ui/command-line";
import { Section } from "../ui/section";

interface AgentHintProps {
  readonly origin: string | undefined;
  readonly hasSecret: boolean;
}

/** How a node of which there are only snapshots comes to be watched. */
export function AgentHint({ origin, hasSecret }: AgentHintProps) {
  return (
    <Section
      id="agent"
      title="Watch it over time"
      note="A snapshot shows one moment. The agent sends a few numbers every half minute, so that growth, its beginning and its end can be seen. It only reads, and needs a POSIX shell and curl."
    >
      <CommandLine command={agentInstallLine({ origin, hasSecret })} />
      <p className="mt-3 mb-1 text-12 text-muted">To take it off again, with all it wrote:</p>
      <CommandLine command={agentUninstallLine(origin)} />
    </Section>
  );
}
