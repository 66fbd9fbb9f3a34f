import { describe, expect, it } from "vitest";
import { detectLeak } from "./detect-leak";
import { bellOf, noisySeries } from "./series.test-support";

type Shape = (x: number, random: () => number) => number;

const DAYS_7 = 168;
const SEEDS = [1, 2, 3, 4, 5, 6];

function leaksIn(makeShape: () => Shape, hours: number): number {
  const verdicts = SEEDS.map(
    (seed) => detectLeak(noisySeries({ seed, shareAt: makeShape(), hours })).verdict,
  );
  return verdicts.filter((verdict) => verdict === "leak").length;
}

const tooth = (x: number, count: number) => (x * count) % 1;
const daily = (x: number) => Math.sin(2 * Math.PI * 7 * x);

const LEAKS: readonly (readonly [string, number, () => Shape])[] = [
  ["steady", 24, () => (x) => 0.2 + 0.05 * x],
  ["steady over a week", DAYS_7, () => (x) => 0.2 + 0.03 * x],
  ["in steps", 24, () => (x) => 0.2 + 0.1 * (Math.floor(x * 20) / 20)],
  ["under a sawtooth", 24, () => (x) => 0.2 + 0.1 * x + 0.05 * tooth(x, 30)],
  ["under the pattern of the day", DAYS_7, () => (x) => 0.3 + 0.1 * x + 0.05 * daily(x)],
  ["from the middle on", 24, () => (x) => 0.2 + 0.2 * Math.max(0, x - 0.5)],
  ["restarted once", 24, () => (x) => 0.2 + 0.4 * (x < 0.5 ? x : x - 0.5)],
  ["restarted twice", DAYS_7, () => (x) => 0.1 + 0.2 * tooth(x, 3)],
  ["ever faster", 24, () => (x) => 0.2 + 0.15 * x * x],
  [
    "in working hours",
    DAYS_7,
    () => (x) => 0.2 + 0.14 * (Math.floor(x * 7) / 7 + Math.min(1, 3 * tooth(x, 7)) / 7),
  ],
  ["under noise that grows", 24, () => (x, random) => 0.2 + 0.2 * x + 0.03 * x * bellOf(random)],
];

const OTHERS: readonly (readonly [string, number, () => Shape])[] = [
  ["level", 24, () => () => 0.3],
  ["falls", 24, () => (x) => 0.5 - 0.2 * x],
  ["a step", 24, () => (x) => (x < 0.4 ? 0.1 : 0.25)],
  ["two steps up", 24, () => (x) => 0.1 + (x > 0.3 ? 0.1 : 0) + (x > 0.6 ? 0.1 : 0)],
  ["fills up", 24, () => (x) => 0.1 + 0.4 * (1 - Math.exp(-x / 0.2))],
  ["a square root", 24, () => (x) => 0.1 + 0.2 * Math.sqrt(x)],
  ["a logarithm", 24, () => (x) => 0.1 + 0.05 * Math.log(1 + x / 0.02)],
  ["a warm-up", 24, () => (x) => 0.1 + 0.3 / (1 + Math.exp(-(x - 0.3) / 0.05))],
  ["a ramp, then a level", 24, () => (x) => 0.1 + 0.3 * Math.min(x, 0.5)],
  ["up and down again", 24, () => (x) => 0.1 + 0.3 * Math.min(x, 1 - x)],
  ["a collector", 24, () => (x) => 0.2 + 0.1 * tooth(x, 12)],
  ["a nightly job", DAYS_7, () => (x) => 0.2 + (tooth(x, 7) < 0.2 ? 0.2 : 0)],
  ["a pattern of the day", DAYS_7, () => (x) => 0.4 + 0.1 * daily(x)],
  ["restarted, then level", 24, () => (x) => (x < 0.5 ? 0.1 + 0.4 * x : 0.12)],
  ["spikes", 24, () => (_, random) => 0.2 + (random() < 0.02 ? 0.3 * random() : 0)],
  [
    "comes and goes",
    24,
    () => {
      let level = 0;
      return (_, random) => {
        level = 0.97 * level + 0.004 * bellOf(random);
        return 0.3 + level;
      };
    },
  ],
];

describe("detectLeak, by shape", () => {
  it.each(LEAKS)("finds a leak: %s", (_, hours, makeShape) => {
    expect(leaksIn(makeShape, hours)).toBe(SEEDS.length);
  });

  it.each(OTHERS)("finds none: %s", (_, hours, makeShape) => {
    expect(leaksIn(makeShape, hours)).toBe(0);
  });
});

describe("the time until full", () => {
  it("is that of the growth, inside its interval, shortest first", () => {
    const trend = detectLeak(noisySeries({ seed: 9, shareAt: (x) => 0.2 + 0.2 * x }));
    const { eta = 0, etaLow = 0, etaHigh = 0 } = trend;
    expect(eta / (3 * 86_400)).toBeCloseTo(1, 1);
    expect(etaLow).toBeLessThan(3 * 86_400);
    expect(etaHigh).toBeGreaterThan(3 * 86_400);
  });

  it("is told of growth only", () => {
    expect(detectLeak(noisySeries({ seed: 9, shareAt: () => 0.3 }))).not.toHaveProperty("eta");
  });
});
