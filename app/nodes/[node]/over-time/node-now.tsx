import { formatAt } from "@/components/charts/time/zone-time";
import { isStale, LastSeen } from "@/components/node/last-seen";
import { NodeHeadline } from "@/components/node/node-headline";
import { VerdictGrounds } from "@/components/node/verdict-grounds";
import type { ApiOutputs } from "@/server/api/api-outputs";

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
  const isSilent = seen !== undefined && isStale(seen);
  return (
    <NodeHeadline
      {...wordsOf({ standing, newest, zone }, isSilent)}
      isStale={isSilent}
      beside={
        <>
          {seen ? <LastSeen {...seen} /> : null}
          <LimitsLink limits={latest?.lacks.length ?? 0} />
        </>
      }
    >
      {verdict ? <VerdictGrounds {...verdict} zone={zone} /> : null}
    </NodeHeadline>
  );
}

function LimitsLink({ limits }: { readonly limits: number }) {
  if (limits === 0) return null;
  return (
    <a href="#limits" className="link inline-flex min-h-6 items-center text-13">
      {limits === 1 ? "1 limit of its data" : `${limits} limits of its data`}
    </a>
  );
}

function wordsOf(
  { standing: { verdict }, newest, zone }: Omit<NodeNowProps, "intervalMs">,
  isSilent: boolean,
) {
  if (verdict) return fromVerdict(verdict, zone);
  if (newest) return fromSnapshot(newest, zone);
  return { status: undefined, headline: isSilent ? SILENT : WAITING, details: [] };
}

const WAITING = "Samples arrive; the first verdict is being worked out.";
const SILENT = "The node fell silent before anything could be said of it.";

type NodeVerdict = NonNullable<Standing["verdict"]>;

/** Rate and time left are in the sentence; when that is by the clock stands under it. */
function fromVerdict(verdict: NodeVerdict, zone: string) {
  const { status, headline, sinceMs, full } = verdict;
  const details = [
    ...(sinceMs === undefined ? [] : [`In this state since ${minuteOf(sinceMs, zone)}`]),
    ...(full === undefined ? [] : [fullWords(full, zone)]),
  ];
  return { status, headline, details };
}

function fullWords({ atMs, earliestMs }: NonNullable<NodeVerdict["full"]>, zone: string): string {
  const near = `Full near ${minuteOf(atMs, zone)}`;
  return earliestMs === undefined ? near : `${near}, hardly before ${minuteOf(earliestMs, zone)}`;
}

function minuteOf(ms: number, zone: string): string {
  return formatAt(ms, zone, false);
}

function fromSnapshot(newest: NewestSnapshot, zone: string) {
  const { status, headline, takenAt, receivedAt } = newest;
  const at = minuteOf(Date.parse(takenAt ?? receivedAt), zone);
  return { status, headline, details: [`From the full snapshot of ${at}`] };
}
