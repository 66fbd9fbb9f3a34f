import { describe, expect, it } from "vitest";
import type { BucketId } from "../report";
import type { Sample } from "../series/sample";
import type { Streak } from "../trend/streak";
import { GIB, MIB } from "../units";
import { judgeNode, type NodeMemory } from "./judge-node";
import { nodeHeadline } from "./node-headline";
import type { NodeLook } from "./node-look";
import type { NodeVerdict } from "./node-verdict";
import type { StandingTrend, TrendStanding } from "./trend-standing";
import { verdictEvent } from "./verdict-event";

const NOW = Date.parse("2026-11-24T14:10:00Z");
const HALF_MINUTE = 30_000;
const HOUR = 3_600_000;
const TOTAL = 16 * GIB;

function sampleOf(changes: Partial<Record<BucketId, number>> & { readonly atMs?: number }): Sample {
  const { atMs = NOW, ...buckets } = changes;
  const used = Object.values(buckets).reduce((sum, bytes) => sum + bytes, 0);
  return {
    node: "web-1",
    bootId: "b",
    atMs,
    takenAtMs: atMs,
    uptimeSeconds: 1_000_000,
    memTotal: TOTAL,
    buckets: { ...buckets, free: TOTAL - used },
    unexplained: buckets.allocpage ?? 0,
    available: TOTAL - used,
    lacks: [],
    labels: {},
  };
}

const nginx = { name: "the sockets of nginx (pid 1163)", pid: 1163 };

function lookOfSockets(changes: Partial<NodeLook> = {}): NodeLook {
  return {
    atMs: NOW,
    status: "suspect",
    headline: "2.60 GiB are held by unread sockets of nginx (pid 1163)",
    bucket: "allocpage",
    held: 2.6 * GIB,
    isOwned: true,
    buckets: { allocpage: 2.6 * GIB },
    excused: {},
    holders: { allocpage: [{ ...nginx, explains: { lower: 2.1 * GIB, upper: 2.1 * GIB } }] },
    evidence: [],
    against: [],
    nextSteps: [{ command: "ss -tnpm", proves: "who", risk: "none", root: true }],
    ...changes,
  };
}

function trendOf(changes: Partial<StandingTrend> = {}): StandingTrend {
  const slope = (180 * MIB) / 3_600;
  return {
    series: "unexplained",
    trend: { verdict: "leak", score: 1.4, slope, eta: 90_000, etaLow: 70_000, etaHigh: 130_000 },
    days: 1,
    slots: 200,
    fromMs: NOW - 14 * HOUR,
    toMs: NOW,
    startBytes: 100 * MIB,
    endBytes: 2.6 * GIB,
    windows: [{ days: 1, verdict: "leak" }],
    isMaterial: true,
    ...changes,
  };
}

const streakOf = (leaks: number): Streak => ({ leaks, firstMs: NOW, lastMs: NOW, misses: 0 });

const standingOf = (leaks: number, changes: Partial<StandingTrend> = {}): TrendStanding => ({
  atMs: NOW,
  trends: [trendOf(changes)],
  streaks: { [changes.series ?? "unexplained"]: streakOf(leaks) },
});

const BIG = { allocpage: 2.6 * GIB, anon: 12 * GIB };
const CALM = { allocpage: 100 * MIB, anon: 4 * GIB };

/** Judges one sample after the other; every one half a minute later. */
function judgeAll(
  samples: readonly Partial<Record<BucketId, number>>[],
  memoryAt: (index: number) => NodeMemory = () => ({}),
): NodeVerdict[] {
  const verdicts: NodeVerdict[] = [];
  let memory: NodeMemory = {};
  samples.forEach((buckets, index) => {
    const before = verdicts.at(-1);
    const round = judgeNode({
      sample: sampleOf({ ...buckets, atMs: NOW + index * HALF_MINUTE }),
      memory: { ...memory, ...memoryAt(index) },
      ...(before && { before }),
    });
    memory = round.memory;
    verdicts.push(round.verdict);
  });
  return verdicts;
}

const statuses = (verdicts: readonly NodeVerdict[]) => verdicts.map(({ status }) => status);

describe("a node is", () => {
  it("healthy, watch and suspect by the lines of one snapshot, and healthy again with the second calm sample", () => {
    const sizes = [100 * MIB, 900 * MIB, 2 * GIB, 100 * MIB, 100 * MIB];
    expect(statuses(judgeAll(sizes.map((allocpage) => ({ allocpage }))))).toEqual([
      "healthy",
      "watch",
      "suspect",
      "suspect",
      "healthy",
    ]);
  });

  it("said to grow nowhere only when its trends were judged", () => {
    const headlineOf = (memory: NodeMemory) =>
      judgeAll([CALM], () => memory).map((verdict) => nodeHeadline(verdict))[0];
    const calm = { verdict: "ok", score: 0, slope: 0 } as const;
    expect(headlineOf({})).toBe(
      "All of 16.0 GiB is accounted for; 100 MiB outside the counters is usual",
    );
    expect(headlineOf({ trends: standingOf(0, { trend: calm }) })).toBe(
      "All of 16.0 GiB is accounted for, and nothing grows; 100 MiB outside the counters is usual",
    );
  });

  it("not said to change by a size that wavers about a line", () => {
    const line = 0.1 * TOTAL;
    const sizes = [1.01, 0.98, 0.99, 1.01, 0.98, 0.97, 1.01].map((part) => part * line);
    const verdicts = judgeAll(sizes.map((allocpage) => ({ allocpage })));
    expect(new Set(statuses(verdicts))).toEqual(new Set(["suspect"]));
  });

  it("short of memory where next to nothing is available", () => {
    const [verdict] = judgeAll([{ anon: 15 * GIB }]);
    expect(verdict).toMatchObject({ status: "watch", reason: { kind: "short" } });
    expect(verdict && nodeHeadline(verdict)).toBe(
      "Memory is short: 1.00 GiB of 16.0 GiB are available",
    );
  });

  it("leaking when the trend is proven, with rate, holder and the time that is left", () => {
    const [verdict] = judgeAll([BIG], () => ({ look: lookOfSockets(), trends: standingOf(2) }));
    expect(verdict?.status).toBe("leaking");
    expect(verdict && nodeHeadline(verdict)).toBe(
      "allocpage grows by 180 MiB an hour since Tuesday 00:10 UTC; the sockets of nginx (pid 1163) explain 2.10 GiB of 2.60 GiB; full in about 8 h (6 h to 12 h)",
    );
    expect(verdict && nodeHeadline(verdict, "Asia/Kathmandu")).toContain("since Tuesday 05:55;");
    expect(verdict?.nextSteps).toHaveLength(1);
  });

  it("watched after one verdict, and while the balance does not bear it out", () => {
    const small = { allocpage: 600 * MIB };
    const levels = { startBytes: 50 * MIB, endBytes: 600 * MIB };
    const one = judgeAll([small], () => ({ trends: standingOf(1, levels) }));
    expect(statuses(one)).toEqual(["watch"]);
    expect(one[0]?.against).toContainEqual(expect.stringContaining("six hours later"));
    const contradiction = "nothing fell by as much";
    const other = judgeAll([small], () => ({
      trends: standingOf(5, { ...levels, contradiction }),
    }));
    expect(statuses(other)).toEqual(["watch"]);
    expect(other[0]?.against).toContain("The balance: nothing fell by as much.");
  });

  it("healthy though process memory grows, while what is available does not fall", () => {
    const series = {
      series: "anon",
      contradiction: "available memory did not fall with it",
    } as const;
    const standing = standingOf(3, { ...series, startBytes: GIB, endBytes: 4 * GIB });
    expect(statuses(judgeAll([CALM], () => ({ trends: standing })))).toEqual(["healthy"]);
  });

  it("held when what is big and explained has gone flat", () => {
    const flat = trendOf({
      trend: { verdict: "ok", score: 0, slope: 0 },
      startBytes: 2.6 * GIB,
      isMaterial: false,
    });
    const [verdict] = judgeAll([BIG], () => ({
      look: lookOfSockets(),
      trends: { atMs: NOW, trends: [flat], streaks: {} },
    }));
    expect(verdict?.status).toBe("held");
    expect(verdict && nodeHeadline(verdict)).toMatch(/nginx \(pid 1163\); flat for 14 h$/);
  });

  it("held when the last day is flat, though the step to it still stands in the longer windows", () => {
    const step = trendOf({
      trend: { verdict: "growing", score: 0.4, slope: 1000 },
      days: 3,
      windows: [
        { days: 1, verdict: "ok" },
        { days: 3, verdict: "growing" },
      ],
    });
    const judge = (trend: StandingTrend) =>
      judgeAll([BIG], () => ({
        look: lookOfSockets(),
        trends: { atMs: NOW, trends: [trend], streaks: {} },
      }))[0];
    const verdict = judge(step);
    expect(verdict?.status).toBe("held");
    expect(verdict && nodeHeadline(verdict)).toMatch(/flat for 24 h$/);
    expect(judge({ ...step, windows: [{ days: 1, verdict: "growing" }] })?.status).toBe("suspect");
  });

  it("held still when a later single look names the same holder, and not when it names another", () => {
    const sample = sampleOf({ allocpage: 2.6 * GIB });
    const held = judgeNode({ sample, memory: { look: lookOfSockets({ status: "held" }) } });
    const later = sampleOf({ allocpage: 2.6 * GIB, atMs: NOW + HOUR });
    const judgeLater = (changes: Partial<NodeLook>) =>
      judgeNode({
        sample: later,
        before: held.verdict,
        memory: { ...held.memory, look: lookOfSockets({ atMs: later.atMs, ...changes }) },
      }).verdict.status;
    expect(held.verdict.status).toBe("held");
    expect(judgeLater({})).toBe("held");
    const envoy = { name: "the sockets of envoy (pid 7)", pid: 7 };
    const explains = { lower: 2.1 * GIB, upper: 2.1 * GIB };
    const second = sampleOf({ allocpage: 2.6 * GIB, atMs: NOW + 2 * HOUR });
    const look = lookOfSockets({
      atMs: later.atMs,
      holders: { allocpage: [{ ...envoy, explains }] },
    });
    const first = judgeNode({ sample: later, before: held.verdict, memory: { look } });
    const other = judgeNode({ sample: second, before: first.verdict, memory: first.memory });
    expect(other.verdict.status).toBe("suspect");
  });

  it("not held by a look that is older than the recovery", () => {
    const verdicts = judgeAll([BIG, CALM, CALM], () => ({
      look: lookOfSockets({ status: "held" }),
    }));
    expect(statuses(verdicts)).toEqual(["held", "held", "healthy"]);
  });

  it("not leaking any more once half of what was taken is back, or after a boot", () => {
    const verdicts = judgeAll([BIG, CALM, CALM], (index) =>
      index === 0 ? { trends: standingOf(4) } : {},
    );
    expect(statuses(verdicts)).toEqual(["leaking", "leaking", "healthy"]);
    const booted = { ...sampleOf(BIG), atMs: NOW + HOUR, uptimeSeconds: 600 };
    const { memory } = judgeNode({ sample: booted, memory: { trends: standingOf(4) } });
    expect(memory.trends?.streaks).toEqual({});
  });

  it("excused from what the rules saw and had nothing against", () => {
    const cached = { allocpage: 2.6 * GIB, anon: 4 * GIB };
    const excused = { allocpage: 2.6 * GIB };
    const look = lookOfSockets({ status: "healthy", headline: "ARC of ZFS", excused });
    const { bucket: _, ...healthy } = look;
    expect(statuses(judgeAll([cached, cached], () => ({ look: healthy })))).toEqual([
      "healthy",
      "healthy",
    ]);
  });
});

describe("a change", () => {
  const [calm, big] = judgeAll([CALM, BIG]);

  it("is an event with what was before and after", () => {
    if (!calm || !big) throw new Error("two verdicts are needed");
    expect(verdictEvent("web-1", calm, big)).toMatchObject({
      kind: "verdict",
      atMs: big.sampleAtMs,
      text: "From healthy to suspect: 2.60 GiB of 16.0 GiB are in pages that no counter shows",
      detail: { before: "healthy", after: "suspect", bucket: "allocpage" },
    });
  });

  it("that is none is no event, nor is a node that is first seen healthy", () => {
    if (!calm || !big) throw new Error("two verdicts are needed");
    expect(verdictEvent("web-1", big, { ...big, sampleAtMs: NOW + HOUR })).toBeUndefined();
    expect(verdictEvent("web-1", undefined, calm)).toBeUndefined();
  });

  it("of the holder alone is told, and two of a size do not take turns", () => {
    const envoy = { name: "envoy (pid 7)", pid: 7, explains: { lower: GIB, upper: 2.2 * GIB } };
    const [first] = lookOfSockets().holders.allocpage ?? [];
    if (!first) throw new Error("the look has a holder");
    const verdicts = judgeAll([BIG, BIG, BIG, BIG, BIG], (index) => ({
      look: lookOfSockets({
        atMs: NOW + index * HALF_MINUTE,
        holders: { allocpage: index < 2 ? [first] : index < 3 ? [envoy, first] : [envoy] },
      }),
    }));
    const names = verdicts.map(({ reason }) => reason.kind === "look" && reason.look.holder?.pid);
    expect(names).toEqual([1163, 1163, 1163, 1163, 7]);
  });
});
