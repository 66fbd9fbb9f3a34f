import { Unplug } from "lucide-react";
import { formatAge } from "../format-time";
import { Badge } from "../ui/badge";

/** A node that is silent for so long, and for so many of its intervals, is not heard of any more. */
const SILENT_MS = 5 * 60_000;
const SILENT_INTERVALS = 4;

interface LastSeenProps {
  readonly atMs: number;
  readonly nowMs: number;
  readonly intervalMs: number | undefined;
}

export function isStale({ atMs, nowMs, intervalMs = 0 }: LastSeenProps): boolean {
  return nowMs - atMs > Math.max(SILENT_MS, SILENT_INTERVALS * intervalMs);
}

/** When the node's agent was last heard; a node that is silent says so. */
export function LastSeen(props: LastSeenProps) {
  const age = formatAge(new Date(props.atMs).toISOString(), props.nowMs);
  if (!isStale(props)) return <span className="text-13 text-muted">Last sample {age}</span>;
  return (
    <Badge icon={Unplug} colour="var(--unknown)">
      Silent: last seen {age}
    </Badge>
  );
}
