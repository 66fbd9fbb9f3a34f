import type { ClickHouseClient } from "@clickhouse/client";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sample } from "../core/series/sample";
import { WATCHED_SERIES } from "../core/trend/watched-series";
import { HOSTILE, sampleOf, startSeries } from "./series.test-support";

let running: Awaited<ReturnType<typeof startSeries>>;
let client: ClickHouseClient;
let samples: (typeof running)["samples"];
let series: (typeof running)["series"];

beforeAll(async () => {
  running = await startSeries();
  ({ client, samples, series } = running);
}, 60_000);

afterAll(() => running.stop());

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
// Whole hours, near the present: what is older than the retention goes.
const NOW = Math.floor(Date.now() / HOUR) * HOUR;

/** Samples every 30 s, in parts as they come, some of them twice. */
async function insertInParts(all: readonly Sample[], parts: number): Promise<void> {
  const size = Math.ceil(all.length / parts);
  for (let at = 0; at < all.length; at += size)
    await samples.insertSamples([...all.slice(at, at + size), ...all.slice(at, at + 3)]);
}

function everyHalfMinute(node: string, fromMs: number, toMs: number): Sample[] {
  const count = Math.floor((toMs - fromMs) / (30 * SECOND));
  return Array.from({ length: count }, (_, i) => sampleOf(node, fromMs + i * 30 * SECOND));
}

const sumOf = (buckets: Sample["buckets"]) =>
  Object.values(buckets).reduce((sum, bytes) => sum + bytes, 0);

describe("history", () => {
  it("draws each slot by its last sample, which adds up, and leaves a gap where there is none", async () => {
    const all = everyHalfMinute("gap", NOW - 6 * HOUR, NOW - HOUR).filter(
      ({ atMs }) => atMs < NOW - 4 * HOUR || atMs >= NOW - 3 * HOUR,
    );
    await insertInParts(all, 7);
    for (const [points, level] of [
      [400, "raw"],
      [30, "raw"],
    ] as const) {
      const query = { node: "gap", fromMs: NOW - 6 * HOUR, toMs: NOW, points };
      const history = await series.readHistory(query);
      expect(history.level).toBe(level);
      expect(history.points.length).toBeLessThanOrEqual(points);
      expect(history.points).toEqual(expectedPoints(all, history.stepMs));
      for (const { buckets, memTotal } of history.points) expect(sumOf(buckets)).toBe(memTotal);
    }
  });

  it("says the same from every table, also after merges and with every sample sent twice", async () => {
    const all = everyHalfMinute("levels", NOW - 30 * HOUR, NOW);
    await insertInParts(all, 5);
    await insertInParts(all, 2);
    const span = { node: "levels", fromMs: NOW - 30 * HOUR, toMs: NOW };
    for (let merged = 0; merged < 2; merged += 1) {
      for (const [points, level] of [
        [400, "5m"],
        [12, "1h"],
      ] as const) {
        const history = await series.readHistory({ ...span, points });
        expect([history.level, history.points.length <= points]).toEqual([level, true]);
        expect(history.points).toEqual(expectedPoints(all, history.stepMs));
      }
      for (const table of ["samples", "rollup_5m", "rollup_1h"])
        await client.command({ query: `OPTIMIZE TABLE ${table} FINAL` });
    }
  });

  it("reaches back beyond the fine table by the next coarser one", async () => {
    const all = everyHalfMinute("old", NOW - 20 * HOUR, NOW);
    await samples.insertSamples(all);
    await client.command({
      query:
        "ALTER TABLE samples DELETE WHERE node = 'old' AND at < fromUnixTimestamp64Milli({t:Int64})",
      query_params: { t: NOW - 2 * HOUR },
      clickhouse_settings: { mutations_sync: "1" },
    });
    const span = { node: "old", fromMs: NOW - 20 * HOUR, toMs: NOW, points: 400 };
    expect((await series.readHistory(span)).level).toBe("5m");
    const recent = await series.readHistory({ ...span, fromMs: NOW - 2 * HOUR });
    expect([recent.level, recent.points.length]).toEqual(["raw", 120]);
  });

  it("keeps its slots while the span moves on", async () => {
    const span = { node: "levels", points: 100 };
    const here = await series.readHistory({ ...span, fromMs: NOW - 5 * HOUR, toMs: NOW });
    const later = { ...span, fromMs: NOW - 5 * HOUR + 17_000, toMs: NOW + 17_000 };
    const there = await series.readHistory(later);
    expect(there.stepMs).toBe(here.stepMs);
    expect(there.points.slice(1)).toEqual(here.points.slice(1));
  });

  it.each([10, 30, 60, 300])(
    "of samples every %i s that waver has no gap where none is missing",
    async (every) => {
      const node = `waver-${every}`;
      // Right on the border of slots, now before and now behind it.
      const all = Array.from({ length: 200 }, (_, i) =>
        sampleOf(node, NOW - every * SECOND * (200 - i) + ((i * 7) % 3) * 40 - 40, {
          slabCaches: [{ name: "x", bytes: i }],
        }),
      );
      await samples.insertSamples(all);
      for (const points of [20, 60, 150, 200, 250, 300, 400, 900]) {
        const query = { node, fromMs: NOW - every * SECOND * 200, toMs: NOW, points };
        const { stepMs, points: found } = await series.readHistory(query);
        const { slabCaches } = await series.readPanels({ ...query, top: 1 });
        for (const drawn of [found, slabCaches[0]?.points ?? []]) {
          const apart = slotsApart(drawn, stepMs);
          const usual = apart.toSorted((a, b) => a - b)[Math.floor(apart.length / 2)] ?? 0;
          expect(Math.max(...apart), `${points} points, ${stepMs} ms`).toBeLessThanOrEqual(
            Math.max(1, 1.5 * usual),
          );
          expect(drawn.length).toBeLessThanOrEqual(points);
        }
      }
    },
  );

  it("of a node that nobody knows is empty", async () => {
    const query = { node: HOSTILE.repeat(2), fromMs: 0, toMs: NOW, points: 10 };
    expect((await series.readHistory(query)).points).toEqual([]);
  });
});

describe("trend series", () => {
  it("P10, median and maximum are those of the samples, in whatever order and however often they came", async () => {
    const moments = fc.array(fc.nat({ max: 719 }), { minLength: 1, maxLength: 60 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(moments, async (at) => {
        run += 1;
        const all = at.map((i) => sampleOf(`trend-${run}`, NOW - 6 * HOUR + i * 30 * SECOND));
        await samples.insertSamples(all.slice(0, at.length / 2));
        await samples.insertSamples(all.slice(at.length / 3));
        await expectTrend(all, WATCHED_SERIES[run % WATCHED_SERIES.length] ?? "anon");
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it("an absent number makes no slot", async () => {
    const { sockets: _, ...without } = sampleOf("no-sockets", NOW - HOUR);
    await samples.insertSamples([without]);
    const span = { nodes: ["no-sockets"], fromMs: NOW - 2 * HOUR, toMs: NOW, level: "5m" as const };
    expect((await series.readTrendSeries({ ...span, series: "sockets" })).size).toBe(0);
    expect((await series.readTrendSeries({ ...span, series: "anon" })).size).toBe(1);
  });
});

describe("panels", () => {
  it("hold the largest and those that grew most, from the pushes that carried lists", async () => {
    const heavy = (i: number) =>
      sampleOf("panels", NOW - HOUR + i * 5 * MINUTE, {
        slabCaches: [
          { name: "large", bytes: 1e9 },
          { name: "grows", bytes: 1e6 * (i + 1) },
          { name: HOSTILE, bytes: 5e6 },
          { name: "shrinks", bytes: 4e6 - i },
        ],
        holders: [
          { comm: "nginx", pid: 7, sockets: 3, queued: 10, upper: 1000 + i },
          { sockets: 1, queued: 1, upper: 5 },
        ],
        cgroups: i % 2 === 0 ? [{ path: "/kubepods", bytes: 1e8 }] : [],
      });
    const light = sampleOf("panels", NOW - 20.5 * MINUTE);
    await samples.insertSamples([...Array.from({ length: 10 }, (_, i) => heavy(i)), light]);
    const span = { node: "panels", fromMs: NOW - HOUR, toMs: NOW };
    const panels = await series.readPanels({ ...span, points: 50, top: 1 });
    expect(panels.slabCaches.map(({ name }) => name)).toEqual(["large", "grows"]);
    expect(panels.slabCaches[1]?.points).toEqual(
      Array.from({ length: 10 }, (_, i) => ({ atMs: heavy(i).atMs, bytes: 1e6 * (i + 1) })),
    );
    const all = await series.readPanels({ ...span, points: 4, top: 10 });
    expect(all.slabCaches.map(({ name }) => name)).toContain(HOSTILE);
    expect(all.slabCaches[0]?.points.length).toBeLessThanOrEqual(4);
    expect(all.holders.map(({ name }) => name)).toEqual(["nginx (7)", "unknown"]);
    const trend = await series.readSlabTrend(span.node, span.fromMs, span.toMs);
    expect([...(trend.get("grows")?.v ?? [])]).toEqual(
      Array.from({ length: 10 }, (_, i) => 1e6 * (i + 1)),
    );
    const cgroups = (await series.readPanels({ ...span, points: 50, top: 5 })).cgroups;
    expect(cgroups[0]?.points.length).toBe(5);
  });
});

function slotsApart(points: readonly { readonly atMs: number }[], stepMs: number): number[] {
  const slots = points.map(({ atMs }) => Math.floor(atMs / stepMs));
  return slots.slice(1).map((slot, i) => slot - (slots[i] ?? 0));
}

function expectedPoints(all: readonly Sample[], stepMs: number) {
  const slots = groupBySlot(all, stepMs);
  return slots.map(([, inSlot]) => {
    const last = inSlot.at(-1);
    return {
      atMs: last?.atMs,
      samples: inSlot.length,
      memTotal: last?.memTotal,
      buckets: last?.buckets,
      available: last?.available,
      sockets: last?.sockets,
      unexplained: last?.unexplained,
      unexplainedMax: Math.max(...inSlot.map(({ unexplained = 0 }) => unexplained)),
    };
  });
}

function groupBySlot(all: readonly Sample[], stepMs: number): [number, Sample[]][] {
  const slots = new Map<number, Map<number, Sample>>();
  for (const sample of all) {
    const slot = Math.floor(sample.atMs / stepMs);
    const there = slots.get(slot) ?? new Map<number, Sample>();
    slots.set(slot, there.set(sample.atMs, sample));
  }
  return [...slots]
    .sort(([a], [b]) => a - b)
    .map(([slot, inSlot]) => [slot, [...inSlot.values()].sort((a, b) => a.atMs - b.atMs)]);
}

async function expectTrend(all: readonly Sample[], name: (typeof WATCHED_SERIES)[number]) {
  const node = all[0]?.node ?? "";
  for (const level of ["5m", "1h"] as const)
    for (const statistic of ["p10", "median", "max"] as const) {
      const span = { fromMs: NOW - 6 * HOUR, toMs: NOW };
      const query = { nodes: [node, "nobody"], series: name, level, statistic, ...span };
      const found = (await series.readTrendSeries(query)).get(node);
      const width = level === "5m" ? 5 * MINUTE : HOUR;
      expect([...(found?.t ?? [])].map((t, i) => [t, found?.v[i]])).toEqual(
        expectedTrend(all, width, statistic, numberOf(name)),
      );
    }
}

function expectedTrend(
  all: readonly Sample[],
  width: number,
  statistic: "p10" | "median" | "max",
  read: (sample: Sample) => number,
) {
  return groupBySlot(all, width).map(([slot, inSlot]) => {
    const values = inSlot.map(read).sort((a, b) => a - b);
    const place = { p10: Math.floor(values.length * 0.1), median: Math.floor(values.length / 2) };
    const at = statistic === "max" ? values.length - 1 : place[statistic];
    return [(slot * width) / 1000, values[at]];
  });
}

function numberOf(name: (typeof WATCHED_SERIES)[number]): (sample: Sample) => number {
  return (sample) =>
    (name === "unexplained" || name === "sockets" || name === "available"
      ? sample[name]
      : sample.buckets[name]) ?? Number.NaN;
}
