import { formatAt } from "@/components/charts/time/zone-time";
import { isStale, LastSeen } from "@/components/node/last-seen";
import { NodeHeadline } from "@/components/node/node-headline";
import type { ApiOutputs } from "@/server/api/api-outputs";
import { formatBytes } from "@/server/core/format-bytes";

type Standing = ApiOutputs["nodes"]["verdict"];
export type NewestSnapshot = Pick<
  ApiOutputs["nodes"]["get"]["snapshots"][number],
  "status" | "headline" | "takenAt" | "receivedAt"
>;

interface NodeNowProps {
  readonly standing: Standing;
  readonly newest: NewestSnapshot | undefined;
  readonly zone: string;
  readonly intervalMs: number | undefined;
}

/** The sentence about the node: of its trends where there is one, else of its newest snapshot. */
export function NodeNow({ standing, newest, zone, intervalMs }: NodeNowProps) {
  const { latest, nowMs, verdict } = standing;
  const seen = latest && { atMs: latest.atMs, nowMs, intervalMs };
  const words = verdict ? fromVerdict(verdict, zone) : fromSnapshot(newest, zone);
  return (
    <NodeHeadline
      {...words}
      isStale={seen !== undefined && isStale(seen)}
      beside={seen ? <LastSeen {...seen} /> : null}
    />
  );
}

function fromVerdict(verdict: NonNullable<Standing["verdict"]>, zone: string) {
  const { status, headline, sinceMs, ratePerHour, judgedAtMs } = verdict;
  const details = [
    ...(sinceMs === undefined ? [] : [`Since ${formatAt(sinceMs, zone)}`]),
    ...(ratePerHour === undefined ? [] : [`${formatBytes(ratePerHour)} an hour`]),
    `Judged ${formatAt(judgedAtMs, zone)}`,
  ];
  return { status, headline, details };
}

function fromSnapshot(newest: NewestSnapshot | undefined, zone: string) {
  if (!newest)
    return {
      status: undefined,
      headline: "Samples arrive; the first verdict is being worked out.",
      details: [],
    };
  const { status, headline, takenAt, receivedAt } = newest;
  const at = formatAt(Date.parse(takenAt ?? receivedAt), zone);
  return { status, headline, details: [`From the full snapshot of ${at}`] };
}
