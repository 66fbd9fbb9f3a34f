import type { NextStep, Status } from "../report";
import type { Sample } from "../series/sample";
import type { Balance } from "../trend/balance";
import { nextSteps } from "../verdicts/next-steps";
import { growthVerdict } from "./growth-verdict";
import type { NodeLook } from "./node-look";
import { bucketOf, holderOf, type NodeVerdict, type VerdictReason } from "./node-verdict";
import { judgeMoment, type MomentVerdict, RANK } from "./size-verdict";
import { flatForMs, presentStanding, type TrendStanding, worstTrend } from "./trend-standing";

/** What one round over a node leaves for the next. */
export interface NodeMemory {
  readonly look?: NodeLook;
  readonly trends?: TrendStanding;
  /** Something milder was seen in this sample; a second one must say so too. */
  readonly milderAtMs?: number;
}

export interface JudgeNodeInput {
  readonly sample: Sample;
  readonly memory: NodeMemory;
  readonly before?: NodeVerdict;
}

export interface NodeRound {
  readonly verdict: NodeVerdict;
  readonly memory: NodeMemory;
}

type Joined = MomentVerdict & { readonly balance?: Balance };

/**
 * The newest look, the newest sample and the trends of a node as one verdict. Worse news is taken at once;
 * milder news, or another bucket or holder, when a second sample bears it out.
 */
export function judgeNode({ sample, memory, before }: JudgeNodeInput): NodeRound {
  const trends = presentStanding(memory.trends, sample);
  const { look } = memory;
  const joined = join({
    sample,
    ...(look && { look }),
    ...(trends && { trends }),
    ...(before && { before }),
  });
  const kept = { ...(look && { look }), ...(trends && { trends }) };
  if (before && isMilder(joined, before) && !isSecond(memory, sample)) {
    const milderAtMs = memory.milderAtMs ?? sample.atMs;
    return { verdict: before, memory: { ...kept, milderAtMs } };
  }
  return {
    verdict: toVerdict(joined, { sample, memory, ...(before && { before }) }),
    memory: kept,
  };
}

function isSecond({ milderAtMs }: NodeMemory, sample: Sample): boolean {
  return milderAtMs !== undefined && sample.atMs > milderAtMs;
}

function isMilder(joined: Joined, before: NodeVerdict): boolean {
  if (RANK[joined.status] !== RANK[before.status]) return RANK[joined.status] < RANK[before.status];
  if (joined.status === "healthy") return false;
  const holder = holderOf(before.reason)?.name;
  // A name where there was none is news, as worse news is.
  const isRenamed = holder !== undefined && holderOf(joined.reason)?.name !== holder;
  return isRenamed || bucketOf(joined.reason) !== bucketOf(before.reason);
}

interface JoinInput {
  readonly sample: Sample;
  readonly look?: NodeLook;
  readonly trends?: TrendStanding;
  readonly before?: NodeVerdict;
}

function join({ sample, look, trends, before }: JoinInput): Joined {
  const known = before && knownOf(before);
  const moment = judgeMoment({ sample, ...(look && { look }), ...(known && { before: known }) });
  const worst = worstTrend(trends);
  if (!worst || moment.status === "inconsistent")
    return stillHeld(flatOrNot(moment, trends), before);
  const holder = known?.holder;
  const growth = growthVerdict({
    ...worst,
    sample,
    ...(look && { look }),
    ...(holder !== undefined && { holder }),
  });
  if (RANK[growth.status] > RANK[moment.status]) return growth;
  if (moment.status === "watch" && moment.reason.kind !== "short") return growth;
  return {
    ...moment,
    evidence: [...moment.evidence, ...growth.evidence.slice(0, 3)],
    against: [...moment.against, ...growth.against],
  };
}

function knownOf({ status, reason }: NodeVerdict) {
  const bucket = bucketOf(reason);
  const holder = holderOf(reason)?.name;
  return {
    status,
    ...(bucket !== undefined && { bucket }),
    ...(holder !== undefined && { holder }),
  };
}

/**
 * One look cannot see whether anybody reads; the two of a snapshot could, and they found the same holder. A later
 * single look that names it again takes nothing of that back.
 */
function stillHeld(moment: MomentVerdict, before: NodeVerdict | undefined): MomentVerdict {
  if (moment.status !== "suspect" || before?.status !== "held") return moment;
  const holder = holderOf(moment.reason)?.name;
  const isSame = holder !== undefined && holder === holderOf(before.reason)?.name;
  const isThere = bucketOf(moment.reason) === bucketOf(before.reason);
  return isSame && isThere ? { ...moment, status: "held" } : moment;
}

/** What is big and explained, and did not grow in the window that shows it best, is held; it is said to be flat. */
function flatOrNot(moment: MomentVerdict, trends: TrendStanding | undefined): MomentVerdict {
  const { reason, status } = moment;
  if (reason.kind === "healthy" && growsNowhere(trends))
    return { ...moment, reason: { ...reason, isFlat: true } };
  if (RANK[status] !== RANK.held || reason.kind !== "look" || !reason.look.holder) return moment;
  const flat = flatTime(reason.look.bucket, trends);
  if (flat === undefined) return moment;
  return {
    ...moment,
    status: "held",
    reason: { kind: "look", look: { ...reason.look, flatForMs: flat } },
  };
}

function growsNowhere(trends: TrendStanding | undefined): boolean {
  const verdicts = trends?.trends.map(({ trend }) => trend.verdict) ?? [];
  const grows = verdicts.includes("leak") || verdicts.includes("growing");
  return verdicts.includes("ok") && !grows;
}

function flatTime(
  bucket: string | undefined,
  trends: TrendStanding | undefined,
): number | undefined {
  const series = bucket === "allocpage" ? "unexplained" : bucket;
  const judged = trends?.trends.find((trend) => trend.series === series);
  return judged && flatForMs(judged);
}

function toVerdict(joined: Joined, { sample, memory, before }: JudgeNodeInput): NodeVerdict {
  const { status, reason, evidence, against, balance } = joined;
  const { look } = memory;
  return {
    status,
    sinceMs: before?.status === status ? before.sinceMs : beginOf(reason, status, sample),
    reason,
    sampleAtMs: sample.atMs,
    ...(look && {
      look: {
        atMs: look.atMs,
        ...(look.snapshotId !== undefined && { snapshotId: look.snapshotId }),
      },
    }),
    evidence,
    against: [...new Set(against)],
    nextSteps: stepsOf(joined, look),
    ...(balance && { balance }),
  };
}

/** Those of the look, which know the holder; else what the bucket alone suggests. */
function stepsOf({ status, reason }: Joined, look: NodeLook | undefined): readonly NextStep[] {
  if (status === "healthy") return [];
  if (look && look.nextSteps.length > 0) return look.nextSteps;
  const bucket = bucketOf(reason);
  const verdict = { status, headline: "", confidence: 0, ...(bucket !== undefined && { bucket }) };
  return nextSteps(verdict, []);
}

/** A leak began with its growth; everything else when it was first seen. */
function beginOf(reason: VerdictReason, status: Status, sample: Sample): number {
  return status === "leaking" && reason.kind === "growth" ? reason.growth.sinceMs : sample.atMs;
}
