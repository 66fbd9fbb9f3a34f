import { CommandLine } from "../ui/command-line";
import { Section } from "../ui/section";

/** How a node of which there are only snapshots comes to be watched. */
export function AgentHint({ origin = "http://HOST" }: { readonly origin?: string | undefined }) {
  return (
    <Section
      id="agent"
      title="Watch it over time"
      note="A snapshot shows one moment. The agent sends a few numbers every half minute, so that growth, its beginning and its end can be seen. It only reads, and needs a POSIX shell and curl."
    >
      <CommandLine
        command={`curl -fsSLO ${origin}/memledger.sh\nsudo sh memledger.sh --agent --push ${origin}`}
      />
    </Section>
  );
}
