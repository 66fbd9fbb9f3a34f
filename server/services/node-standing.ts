import { nodeHeadline } from "../core/node-verdict/node-headline";
import type { NodeVerdict } from "../core/node-verdict/node-verdict";
import type { Sample } from "../core/series/sample";
import type { NodeVerdictRecord, NodeVerdictStore } from "../store/node-verdicts";
import type { SeriesStore } from "../store/series";
import type { SnapshotRequests } from "./push/snapshot-requests";
import { ServiceError } from "./service-error";
import { readGrounds, type VerdictGrounds } from "./verdict-document";

export interface NodeStandingParts {
  readonly series: Pick<SeriesStore, "readLatest">;
  readonly nodeVerdicts: Pick<NodeVerdictStore, "findVerdict">;
  readonly requests: Pick<SnapshotRequests, "request" | "requestedAt">;
  readonly now: () => number;
}

/** What the judge thinks, with what it rests on. */
type StandingVerdict = Omit<NodeVerdictRecord, "node" | "state" | "document"> & VerdictGrounds;

/** How a node stands now. Times are ms since 1970, UTC. */
export interface NodeStanding {
  readonly nowMs: number;
  /** What the judge thinks of it; absent for a node that does not push, or was not judged yet. */
  readonly verdict?: StandingVerdict;
  /** Its newest sample, without lists; absent for a node without an agent. */
  readonly latest?: Sample;
  /** Since when a full snapshot is awaited. */
  readonly requestedAtMs?: number;
}

/** The present of a node: its verdict, its newest sample, and what its agent was asked for. */
export function createNodeStanding({ series, nodeVerdicts, requests, now }: NodeStandingParts) {
  const latestOf = async (node: string) => (await series.readLatest([node])).get(node);

  return {
    /** The times in the verdict's sentence are by the clock of `zone` (a name that readZone knows). */
    async read(node: string, zone: string): Promise<NodeStanding> {
      const [latest, record, requestedAtMs] = await Promise.all([
        latestOf(node),
        nodeVerdicts.findVerdict(node),
        requests.requestedAt(node),
      ]);
      return {
        nowMs: now(),
        ...(record && { verdict: toVerdict(record, zone) }),
        ...(latest && { latest }),
        ...(requestedAtMs !== undefined && { requestedAtMs }),
      };
    },

    /** Asks the node's agent for a full snapshot; it learns of it with the answer to its next push. */
    async requestSnapshot(node: string): Promise<{ readonly requestedAtMs: number }> {
      if (!(await latestOf(node)))
        throw new ServiceError("notFound", "No agent on this node has pushed anything yet.");
      await requests.request(node);
      return { requestedAtMs: (await requests.requestedAt(node)) ?? now() };
    },
  };
}

/** The judge's own memory is no answer. */
function toVerdict(record: NodeVerdictRecord, zone: string): StandingVerdict {
  const { node: _node, state: _state, document, ...rest } = record;
  const grounds = readGrounds(document, rest.judgedAtMs);
  return { ...rest, headline: headlineOf(record, zone), ...grounds };
}

/** What another version wrote differently keeps the sentence that it wrote, in UTC. */
function headlineOf({ headline, document }: NodeVerdictRecord, zone: string): string {
  try {
    const verdict: NodeVerdict = JSON.parse(document);
    return nodeHeadline(verdict, zone) ?? headline;
  } catch {
    return headline;
  }
}
