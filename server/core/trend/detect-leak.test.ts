import { describe, expect, it } from "vitest";
import { detectLeak } from "./detect-leak";

const CAPACITY = 64 * 2 ** 30;
const HOUR_S = 3_600;

/** A day of 5-minute slots whose values are shares of the capacity. */
function seriesOf(shareAt: (hour: number) => number, hours = 24) {
  const t = Array.from({ length: hours * 12 }, (_, i) => 1_700_000_000 + i * 300);
  // A little ripple that repeats: memory never stands quite still.
  const v = t.map((_, i) => (shareAt(i / 12) + 0.0003 * Math.sin(i * 1.7)) * CAPACITY);
  return { t, v, capacity: CAPACITY };
}

describe("detectLeak", () => {
  it("takes a steady climb for a leak, and tells its rate and when the node is full", () => {
    const trend = detectLeak(seriesOf((hour) => 0.1 + 0.01 * hour));
    expect(trend.verdict).toBe("leak");
    expect((trend.slope * HOUR_S) / CAPACITY).toBeCloseTo(0.01, 3);
    expect((trend.eta ?? 0) / HOUR_S).toBeGreaterThan(60);
    expect((trend.eta ?? 0) / HOUR_S).toBeLessThan(72);
  });

  it("takes neither a level, a step nor what has filled up for a leak", () => {
    expect(detectLeak(seriesOf(() => 0.3)).verdict).toBe("ok");
    expect(detectLeak(seriesOf((hour) => (hour < 9 ? 0.1 : 0.3))).verdict).not.toBe("leak");
    expect(detectLeak(seriesOf((hour) => 0.1 + 0.3 * (1 - Math.exp(-hour / 3)))).verdict).not.toBe(
      "leak",
    );
  });

  it("says when the growth began", () => {
    const { t } = seriesOf(() => 0);
    const trend = detectLeak(seriesOf((hour) => 0.1 + 0.02 * Math.max(0, hour - 12)));
    expect(trend.verdict).toBe("leak");
    const began = ((trend.since ?? 0) - (t[0] ?? 0)) / HOUR_S;
    expect(began).toBeGreaterThan(11);
    expect(began).toBeLessThan(13);
  });

  it("says nothing about what is too short, or has no capacity", () => {
    expect(detectLeak({ t: [1, 2], v: [1, 2], capacity: CAPACITY }).verdict).toBe("insufficient");
    expect(detectLeak({ ...seriesOf((hour) => hour / 100), capacity: 0 }).verdict).toBe(
      "insufficient",
    );
    expect(detectLeak(seriesOf((hour) => hour / 100, 1)).verdict).toBe("insufficient");
  });
});
