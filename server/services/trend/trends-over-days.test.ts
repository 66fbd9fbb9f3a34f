import { afterAll, beforeAll, expect, it } from "vitest";
import { GIB, MIB } from "../../core/units";
import { startServices } from "../running-services.test-support";
import { judgingOver } from "./judging.test-support";
import { grownSince, HOUR_MS, type Story, samplesOf } from "./node-days.test-support";

let running: Awaited<ReturnType<typeof startServices>>;
let judging: ReturnType<typeof judgingOver>;

const RATE = 40 * MIB;
const DAYS = 5;
const STEP_HOURS = 6;

const allocpage = (bytes: number) => ({ buckets: { allocpage: bytes } });

/** What happens to each node; it begins healthy. */
const STORIES: Readonly<Record<string, Story>> = {
  leaks: (hours) => allocpage(hours < 96 ? grownSince(hours, 24, RATE) : 0),
  "leaks with gaps": (hours) => ({
    ...allocpage(grownSince(hours, 24, RATE)),
    isAway: hours % 24 > 10 && hours % 24 < 16,
  }),
  "goes flat": (hours) => allocpage(Math.min(GIB, grownSince(hours, 30, 500 * MIB))),
  deploys: (hours) => ({
    buckets: { anon: hours < 50 ? 0 : 3 * GIB, pageTables: hours < 50 ? 0 : 20 * MIB },
  }),
  caches: (hours) => ({ buckets: { fileCache: grownSince(hours, 10, 40 * MIB) } }),
  "is booted": (hours) => ({
    ...allocpage(hours < 90 ? grownSince(hours, 24, RATE) : 0),
    upHours: hours < 90 ? hours + 500 : hours - 90,
  }),
  "is renamed": (hours) => ({ unexplained: grownSince(hours, 24, RATE) }),
};

const statuses = new Map<string, string[]>();

beforeAll(async () => {
  running = await startServices();
  judging = judgingOver(running);
  const originMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - DAYS * 24 * HOUR_MS;
  running.clock.nowMs = originMs;
  let judge = judging.open();
  for (let hour = 0; hour < DAYS * 24; hour += STEP_HOURS) {
    const fromMs = running.clock.nowMs;
    const toMs = fromMs + STEP_HOURS * HOUR_MS;
    const samples = Object.entries(STORIES).flatMap(([node, story]) =>
      samplesOf(node, story, { originMs, fromMs, toMs }),
    );
    await running.store.samples.insertSamples(samples);
    running.clock.nowMs = toMs;
    await judge.round();
    for (const node of Object.keys(STORIES)) {
      const status = (await judging.verdictOf(node))?.status ?? "none";
      statuses.set(node, [...(statuses.get(node) ?? []), status]);
    }
    // A worker that was killed goes on where it was.
    if (hour % 24 === 0) judge = judging.open();
  }
}, 180_000);

afterAll(() => running.stop());

const endOf = (node: string) => statuses.get(node)?.at(-1);

/** What a node was called one after another, without repeats. */
function courseOf(node: string): string[] {
  return (statuses.get(node) ?? []).filter((status, index, all) => status !== all[index - 1]);
}

it("no node breaks a round", () => {
  expect(judging.problems).toEqual([]);
});

it("a leak is proven within two days, whatever it was called before, and over when the memory is back", async () => {
  const list = statuses.get("leaks") ?? [];
  const firstLeak = list.indexOf("leaking");
  const [begin, end] = [24 / STEP_HOURS, 96 / STEP_HOURS];
  expect(new Set(list.slice(0, begin))).toEqual(new Set(["healthy"]));
  expect(firstLeak).toBeGreaterThan(begin);
  expect(firstLeak).toBeLessThanOrEqual(72 / STEP_HOURS);
  expect(new Set(list.slice(firstLeak, end))).toEqual(new Set(["leaking"]));
  expect(list.at(-1)).toBe("healthy");
  const changes = await judging.changesOf("leaks");
  expect(changes).toHaveLength(courseOf("leaks").length - 1);
  expect(changes.find((text) => text.includes("to leaking"))).toMatch(
    /to leaking: allocpage grows by (39|40)\.\d MiB an hour since \w+ \d\d:\d\d UTC; full in about \d+ (h|days)/,
  );
});

it("a leak is told with its balance, its rate and its begin", async () => {
  const verdict = await judging.verdictOf("leaks with gaps");
  expect(verdict?.status).toBe("leaking");
  expect(verdict?.reason).toMatchObject({
    kind: "growth",
    growth: { series: "unexplained", bucket: "allocpage", isProven: true },
  });
  const growth = verdict?.reason.kind === "growth" ? verdict.reason.growth : undefined;
  expect((growth?.ratePerHour ?? 0) / RATE).toBeCloseTo(1, 1);
  const beganMs = running.clock.nowMs - (DAYS * 24 - 24) * HOUR_MS;
  expect(Math.abs((growth?.sinceMs ?? 0) - beganMs)).toBeLessThan(12 * HOUR_MS);
  const moved = new Map(verdict?.balance?.changes.map(({ bucket, bytes }) => [bucket, bytes]));
  expect(moved.get("allocpage")).toBeGreaterThan(2 * GIB);
  expect(moved.get("free")).toBeLessThan(-2 * GIB);
  expect(verdict?.nextSteps).not.toEqual([]);
  const record = await running.store.nodeVerdicts.findVerdict("leaks with gaps");
  expect(record?.ratePerHour).toBe(growth?.ratePerHour);
  expect(record?.confirmedAtMs).toBeGreaterThan(0);
});

it("what went up and stays up is no leak", () => {
  expect(statuses.get("goes flat")).not.toContain("leaking");
  expect(endOf("goes flat")).toBe("watch");
});

it("a new version that needs more memory, and a page cache that fills, are no news", () => {
  expect(courseOf("deploys")).toEqual(["healthy"]);
  expect(courseOf("caches")).toEqual(["healthy"]);
});

it("a boot ends a leak", () => {
  expect(statuses.get("is booted")).toContain("leaking");
  expect(endOf("is booted")).toBe("healthy");
});

it("a growth that no bucket shows and nothing pays for is never called a leak", () => {
  expect(statuses.get("is renamed")).not.toContain("leaking");
});

it("verdicts that count stand six hours apart", async () => {
  const trends = JSON.parse(
    (await running.store.nodeVerdicts.findVerdict("leaks with gaps"))?.state ?? "",
  );
  const { firstMs, lastMs, leaks } = trends.memory.trends.streaks.unexplained;
  expect(leaks).toBeGreaterThanOrEqual(2);
  expect(lastMs - firstMs).toBeGreaterThanOrEqual((leaks - 1) * STEP_HOURS * HOUR_MS);
});
