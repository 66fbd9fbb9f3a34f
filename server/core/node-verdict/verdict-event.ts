import type { NodeEvent } from "../series/history";
import { nodeHeadline } from "./node-headline";
import { bucketOf, holderOf, type NodeVerdict } from "./node-verdict";

const EVIDENCE_KEPT = 5;

/**
 * The event of a change: another status, or another bucket or holder of what is wrong. Nothing for a node
 * that is healthy when it is first seen.
 */
export function verdictEvent(
  node: string,
  before: NodeVerdict | undefined,
  after: NodeVerdict,
): NodeEvent | undefined {
  if (!before && after.status === "healthy") return undefined;
  if (before && !isOther(before, after)) return undefined;
  const bucket = bucketOf(after.reason);
  const holder = holderOf(after.reason)?.name;
  const headline = nodeHeadline(after);
  return {
    // Made from what it changes, so that the same change told twice is one event.
    id: `verdict-${before ? before.sampleAtMs : "first"}-${after.status}-${bucket ?? ""}`,
    node,
    atMs: after.sampleAtMs,
    kind: "verdict",
    text: `${changeWords(before, after)}: ${headline}`,
    detail: {
      ...(before && { before: before.status, headlineBefore: nodeHeadline(before) }),
      after: after.status,
      headline,
      ...(bucket !== undefined && { bucket }),
      ...(holder !== undefined && { holder }),
      evidence: after.evidence.slice(0, EVIDENCE_KEPT),
      ...(after.look?.snapshotId !== undefined && { snapshotId: after.look.snapshotId }),
    },
  };
}

function changeWords(before: NodeVerdict | undefined, after: NodeVerdict): string {
  if (!before) return `First verdict, ${after.status}`;
  if (before.status === after.status) return `Still ${after.status}, for another reason`;
  return `From ${before.status} to ${after.status}`;
}

function isOther(before: NodeVerdict, after: NodeVerdict): boolean {
  if (before.status !== after.status) return true;
  if (after.status === "healthy") return false;
  return (
    bucketOf(before.reason) !== bucketOf(after.reason) ||
    holderOf(before.reason)?.name !== holderOf(after.reason)?.name
  );
}
