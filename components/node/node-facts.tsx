import type { ApiOutputs } from "@/server/api/api-outputs";
import { formatDuration } from "../format-time";

type Standing = ApiOutputs["nodes"]["verdict"];

interface NodeFactsProps {
  readonly standing: Standing;
}

/** What is told of a node beside its name: kernel, time since boot, labels; what is not known is left out. */
export function NodeFactsLine({ standing: { latest } }: NodeFactsProps) {
  if (!latest) return null;
  const { node, hostname, kernel, uptimeSeconds, labels } = latest;
  return (
    <dl className="mt-1 flex flex-wrap gap-x-5 gap-y-1 text-13">
      {hostname === undefined || hostname === node ? null : <Fact name="Host">{hostname}</Fact>}
      {kernel === undefined ? null : (
        <Fact name="Kernel">
          <span className="font-mono text-12">{kernel}</span>
        </Fact>
      )}
      {uptimeSeconds === undefined ? null : <Fact name="Up">{formatDuration(uptimeSeconds)}</Fact>}
      {Object.entries(labels).map(([key, value]) => (
        <Fact key={key} name={key}>
          <span title={value}>{value}</span>
        </Fact>
      ))}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div className="flex min-w-0 max-w-full gap-1.5">
      <dt className="max-w-40 truncate text-faint">{name}</dt>
      <dd className="min-w-0 max-w-64 truncate text-muted">{children}</dd>
    </div>
  );
}

/** What the newest push lacked and why it matters, with doubts about the node's clock. */
export function LackList({ lacks }: { readonly lacks: readonly string[] }) {
  if (lacks.length === 0)
    return (
      <p className="text-13 text-muted">
        None: the agent could read everything it wants, and its clock is right.
      </p>
    );
  return (
    <ul className="max-w-prose list-disc space-y-1 pl-4 text-13">
      {lacks.map((lack) => (
        <li key={lack}>{lack}</li>
      ))}
    </ul>
  );
}
