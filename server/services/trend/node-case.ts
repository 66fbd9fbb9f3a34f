import type { NodeMemory } from "../../core/node-verdict/judge-node";
import { nodeHeadline } from "../../core/node-verdict/node-headline";
import { bucketOf, type NodeVerdict } from "../../core/node-verdict/node-verdict";
import type { NodeVerdictRecord } from "../../store/node-verdicts";

/** What the judge keeps of a node between two rounds. */
export interface NodeCase {
  /** The verdict as it stands in the store. */
  readonly written?: { readonly verdict: NodeVerdict; readonly judgedAtMs: number };
  readonly memory: NodeMemory;
  /** Which look the memory holds, and of which rules. */
  readonly lookKey?: string;
  /** The sample that was judged last. */
  readonly sampleAtMs?: number;
}

/** Another shape of what is remembered is another version: it is worked out anew. */
const VERSION = 1;

const NO_CASE: NodeCase = { memory: {} };

/** What an earlier round has stored; a record of another version is none. */
export function readCase(record: NodeVerdictRecord | undefined): NodeCase {
  if (!record) return NO_CASE;
  try {
    const state = JSON.parse(record.state);
    if (state.version !== VERSION) return NO_CASE;
    const verdict: NodeVerdict = JSON.parse(record.document);
    const { memory, lookKey } = state;
    return {
      written: { verdict, judgedAtMs: record.judgedAtMs },
      memory,
      ...(lookKey !== undefined && { lookKey }),
      sampleAtMs: verdict.sampleAtMs,
    };
  } catch {
    return NO_CASE;
  }
}

/** The row that readCase reads again. */
export function toRecord(
  node: string,
  { memory, lookKey }: Pick<NodeCase, "memory" | "lookKey">,
  verdict: NodeVerdict,
  judgedAtMs: number,
): NodeVerdictRecord {
  const { status, reason, sinceMs } = verdict;
  const bucket = bucketOf(reason);
  const isProven = reason.kind === "growth" && reason.growth.isProven;
  return {
    node,
    judgedAtMs,
    status,
    headline: nodeHeadline(verdict),
    ...(bucket !== undefined && { bucket }),
    ...(reason.kind === "growth" && { ratePerHour: reason.growth.ratePerHour }),
    sinceMs,
    ...(isProven && memory.trends && { confirmedAtMs: memory.trends.atMs }),
    state: JSON.stringify({ version: VERSION, memory, lookKey }),
    document: JSON.stringify(verdict),
  };
}
