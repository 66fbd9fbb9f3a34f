import { LRUCache } from "lru-cache";
import { judgeNode } from "../../core/node-verdict/judge-node";
import { nodeHeadline } from "../../core/node-verdict/node-headline";
import type { NodeVerdict } from "../../core/node-verdict/node-verdict";
import type { TrendStanding } from "../../core/node-verdict/trend-standing";
import { verdictEvent } from "../../core/node-verdict/verdict-event";
import type { NodeEvent } from "../../core/series/history";
import type { Sample } from "../../core/series/sample";
import type { EventStore } from "../../store/events";
import type { NodeVerdictRecord, NodeVerdictStore } from "../../store/node-verdicts";
import type { SeriesStore } from "../../store/series";
import type { createFindLooks, LookSource } from "./find-looks";
import type { createJudgeSeries } from "./judge-series";
import { messageOf } from "./message-of";
import { type NodeCase, readCase, toRecord } from "./node-case";

export interface JudgeNodesParts {
  readonly series: Pick<SeriesStore, "activeNodes" | "readLatest">;
  readonly nodeVerdicts: Pick<NodeVerdictStore, "findVerdicts" | "insertVerdicts">;
  readonly events: Pick<EventStore, "insertEvents">;
  readonly looks: ReturnType<typeof createFindLooks>;
  readonly trends: ReturnType<typeof createJudgeSeries>;
  readonly now: () => number;
  /** Told of a node that could not be judged; the others are. */
  readonly onProblem: (problem: string) => void;
}

/** Nodes in one query, and in memory with what belongs to them. */
const NODES_AT_ONCE = 100;
/** Nodes whose trends are judged in one round: the others have waited for six hours and can wait for another. */
const TRENDS_AT_ONCE = 40;
/** Some KiB each; a larger fleet is read from the store again. */
const MOST_CASES = 5000;
/** Samples that come late are found within this. */
const LOOK_BACK_MS = 15 * 60_000;
/** What an earlier worker may have left unjudged. */
const FIRST_LOOK_BACK_MS = 7 * 24 * 3_600_000;
/** Numbers in an unchanged verdict are brought up to date so often. */
const REFRESH_MS = 60_000;

interface Judged {
  readonly node: string;
  readonly after: NodeCase;
  readonly record?: NodeVerdictRecord;
  readonly event?: NodeEvent;
}

/** Rounds over the nodes with new samples: their verdicts, and an event for each change. */
export function createJudgeNodes(parts: JudgeNodesParts) {
  const cases = new LRUCache<string, NodeCase>({ max: MOST_CASES });
  let lastRoundMs: number | undefined;

  async function casesOf(nodes: readonly string[]): Promise<ReadonlyMap<string, NodeCase>> {
    const unknown = nodes.filter((node) => !cases.has(node));
    const records = await parts.nodeVerdicts.findVerdicts(unknown);
    return new Map(
      nodes.map((node) => [node, cases.get(node) ?? readCase(records.get(node))] as const),
    );
  }

  /** With the newest look at the node, where there is one that it does not hold yet. */
  async function withLook(
    node: string,
    known: NodeCase,
    source: LookSource | undefined,
  ): Promise<NodeCase> {
    if (!source || source.key === known.lookKey) return known;
    try {
      const look = await parts.looks.read(node, source);
      const memory = { ...known.memory, ...(look && { look }) };
      return { ...known, memory, lookKey: source.key };
    } catch (error) {
      parts.onProblem(`The look at ${node} cannot be judged: ${messageOf(error)}`);
      return { ...known, lookKey: source.key };
    }
  }

  /** The trends of those that are due, as many as this round still may. */
  async function judgeTrends(
    samples: readonly Sample[],
    known: ReadonlyMap<string, NodeCase>,
    most: number,
  ): Promise<ReadonlyMap<string, TrendStanding>> {
    const nowMs = parts.now();
    const due = samples
      .map((sample) => ({ sample, standing: known.get(sample.node)?.memory.trends }))
      .filter(({ standing }) => parts.trends.isDue(standing, nowMs))
      .slice(0, most)
      .map(({ sample, standing }) => ({ sample, ...(standing && { standing }) }));
    if (due.length === 0) return new Map();
    try {
      return await parts.trends.judge(due);
    } catch (error) {
      // The moment is judged all the same.
      parts.onProblem(`Trends cannot be judged: ${messageOf(error)}`);
      return new Map();
    }
  }

  async function judgeBatch(samples: readonly Sample[], most: number) {
    const nodes = samples.map(({ node }) => node);
    const known = await casesOf(nodes);
    const fresh = samples.filter((sample) => known.get(sample.node)?.sampleAtMs !== sample.atMs);
    if (fresh.length === 0) return remember(known);
    const trends = await judgeTrends(fresh, known, most);
    const sources = await parts.looks.newest(fresh.map(({ node }) => node));
    const judged: Judged[] = [];
    for (const sample of fresh) {
      const { node } = sample;
      const found = known.get(node) ?? readCase(undefined);
      const before = withTrends(await withLook(node, found, sources.get(node)), trends.get(node));
      judged.push(judgeOne(sample, before, parts.now()));
    }
    await write(await withoutOthers(judged));
    return { judged: fresh.length, trends: trends.size };
  }

  function remember(known: ReadonlyMap<string, NodeCase>) {
    for (const [node, one] of known) cases.set(node, one);
    return { judged: 0, trends: 0 };
  }

  /** A change that another worker has written meanwhile is not told again: its verdict is taken over. */
  async function withoutOthers(judged: readonly Judged[]): Promise<readonly Judged[]> {
    const changed = judged.filter(({ event }) => event).map(({ node }) => node);
    if (changed.length === 0) return judged;
    const stored = await parts.nodeVerdicts.findVerdicts(changed);
    return judged.map((one) => {
      const theirs = one.event && stored.get(one.node);
      const ours = one.after.written?.judgedAtMs;
      if (!theirs || theirs.judgedAtMs === ours) return one;
      return { node: one.node, after: { ...readCase(theirs), sampleAtMs: Number.NaN } };
    });
  }

  /** The event first: written twice it is one, and without it nobody learns of the change. */
  async function write(judged: readonly Judged[]): Promise<void> {
    await parts.events.insertEvents(judged.flatMap(({ event }) => event ?? []));
    const records = judged.flatMap(({ record }) => record ?? []);
    await parts.nodeVerdicts.insertVerdicts(records);
    for (const { node, after, record } of judged)
      cases.set(node, record ? { ...readCase(record), ...sampleOf(after) } : after);
  }

  return {
    /** @returns how many nodes had something new */
    async round(): Promise<number> {
      const nowMs = parts.now();
      const back =
        lastRoundMs === undefined
          ? FIRST_LOOK_BACK_MS
          : Math.max(LOOK_BACK_MS, 3 * (nowMs - lastRoundMs));
      const nodes = await parts.series.activeNodes(nowMs - back);
      let judged = 0;
      let most = TRENDS_AT_ONCE;
      for (let at = 0; at < nodes.length; at += NODES_AT_ONCE) {
        const latest = await parts.series.readLatest(nodes.slice(at, at + NODES_AT_ONCE));
        const done = await judgeBatch([...latest.values()], most);
        judged += done.judged;
        most -= done.trends;
      }
      lastRoundMs = nowMs;
      return judged;
    },
  };
}

function withTrends(known: NodeCase, trends: TrendStanding | undefined): NodeCase {
  return trends ? { ...known, memory: { ...known.memory, trends } } : known;
}

function sampleOf({ sampleAtMs }: NodeCase): Pick<NodeCase, "sampleAtMs"> {
  return sampleAtMs === undefined ? {} : { sampleAtMs };
}

function judgeOne(sample: Sample, known: NodeCase, nowMs: number): Judged {
  const { node } = sample;
  const before = known.written?.verdict;
  const { verdict, memory } = judgeNode({
    sample,
    memory: known.memory,
    ...(before && { before }),
  });
  const event = verdictEvent(node, before, verdict);
  const after = { ...known, memory, sampleAtMs: sample.atMs };
  if (!event && !isDue(known, verdict, nowMs)) return { node, after };
  // Of two rows the one judged last stands: time never goes back between them.
  const judgedAtMs = Math.max(nowMs, (known.written?.judgedAtMs ?? 0) + 1);
  return {
    node,
    after,
    record: toRecord(node, after, verdict, judgedAtMs),
    ...(event && { event }),
  };
}

/** Whether the stored verdict is to be written over, though nothing has changed but numbers. */
function isDue({ written, memory }: NodeCase, verdict: NodeVerdict, nowMs: number): boolean {
  // Streaks would be lost with the worker.
  if (!written || (memory.trends?.atMs ?? 0) > written.judgedAtMs) return true;
  const ageMs = nowMs - written.judgedAtMs;
  // The numbers of a healthy node waver all the time, and nobody waits for them.
  if (verdict.status === "healthy" || ageMs < REFRESH_MS) return ageMs >= MEMORY_MS;
  return nodeHeadline(written.verdict) !== nodeHeadline(verdict) || ageMs >= MEMORY_MS;
}

/** The memory of looks and trends is written at times, so that a new worker need not begin again. */
const MEMORY_MS = 10 * 60_000;
