import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectLeak } from "./detect-leak";
import { CAPACITY, HOUR_S, noisySeries, START_S } from "./series.test-support";

const leaking = (seed: number) => noisySeries({ seed, shareAt: (x) => 0.2 + 0.1 * x });

describe("detectLeak, whatever it is given", () => {
  it("never throws and always answers with finite numbers", () => {
    const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, -0, 1e308));
    fc.assert(
      fc.property(fc.array(value), fc.array(value), value, (t, v, capacity) => {
        const trend = detectLeak({ t, v, capacity });
        expect(["leak", "growing", "ok", "insufficient"]).toContain(trend.verdict);
        expect(Number.isFinite(trend.score)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("does not care when the series was recorded", () => {
    const { t, v } = leaking(1);
    const plain = detectLeak({ t, v, capacity: CAPACITY });
    const moved = detectLeak({ t: t.map((each) => each + 86_400_000), v, capacity: CAPACITY });
    expect(moved).toEqual({ ...plain, since: (plain.since ?? 0) + 86_400_000 });
  });

  it("does not care how large the node is", () => {
    const { t, v } = leaking(2);
    const plain = detectLeak({ t, v, capacity: CAPACITY });
    const large = detectLeak({ t, v: v.map((each) => each * 8), capacity: CAPACITY * 8 });
    expect(large).toEqual({ ...plain, slope: plain.slope * 8 });
  });

  it("calls no level a leak", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9_999 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (seed, share) => {
          const series = noisySeries({ seed, shareAt: () => share, noise: 0.002 });
          expect(detectLeak(series).verdict).toBe("ok");
        },
      ),
      { numRuns: 40 },
    );
  });

  it("calls every steady climb of 2 % and more a leak, at its rate", () => {
    const growth = fc.double({ min: 0.02, max: 0.7, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999 }), growth, (seed, grown) => {
        const series = noisySeries({ seed, shareAt: (x) => 0.1 + grown * x, noise: 0.0005 });
        const trend = detectLeak(series);
        expect(trend.verdict).toBe("leak");
        expect((trend.slope * 24 * HOUR_S) / CAPACITY / grown).toBeCloseTo(1, 1);
      }),
      { numRuns: 40 },
    );
  });

  it("sees through gaps", () => {
    const { t, v } = leaking(3);
    const kept = t.flatMap((_, i) => (i % 7 === 3 || (i > 60 && i < 110) ? [] : [i]));
    const gapped = { t: kept.map((i) => t[i] ?? 0), v: kept.map((i) => v[i] ?? 0) };
    expect(detectLeak({ ...gapped, capacity: CAPACITY }).verdict).toBe("leak");
  });

  it("sorts what comes out of order, bears what comes twice, and leaves out what is no number", () => {
    const { t, v } = leaking(4);
    const plain = detectLeak({ t, v, capacity: CAPACITY });
    const reversed = { t: t.toReversed(), v: v.toReversed(), capacity: CAPACITY };
    expect(detectLeak(reversed)).toEqual(plain);
    const twice = (values: readonly number[]) => values.flatMap((each) => [each, each]);
    expect(detectLeak({ t: twice(t), v: twice(v), capacity: CAPACITY }).verdict).toBe("leak");
    const holed = { t: [...t, START_S + 1, Number.NaN], v: [...v, Number.NaN, 5] };
    expect(detectLeak({ ...holed, capacity: CAPACITY })).toEqual(plain);
  });

  it("says nothing of no capacity, no sample, one sample and one moment", () => {
    const insufficient = { verdict: "insufficient", score: 0, slope: 0 };
    const series = leaking(5);
    for (const capacity of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(detectLeak({ ...series, capacity })).toEqual(insufficient);
    }
    expect(detectLeak({ t: [], v: [], capacity: CAPACITY })).toEqual(insufficient);
    expect(detectLeak({ t: [START_S], v: [1], capacity: CAPACITY })).toEqual(insufficient);
    const moment = { t: series.t.map(() => START_S), v: series.v, capacity: CAPACITY };
    expect(detectLeak(moment)).toEqual(insufficient);
  });

  it("judges a million samples as it judges every thousandth of them", () => {
    const count = 1_000_000;
    const t = Float64Array.from({ length: count }, (_, i) => START_S + i);
    const v = t.map((_, i) => (0.1 + (0.3 * i) / count + 0.001 * Math.sin(i * 1.7)) * CAPACITY);
    const every = <T extends Float64Array>(values: T) => values.filter((_, i) => i % 1_000 === 0);
    const all = detectLeak({ t, v, capacity: CAPACITY });
    const few = detectLeak({ t: every(t), v: every(v), capacity: CAPACITY });
    expect(all.verdict).toBe("leak");
    expect(few.verdict).toBe("leak");
    expect(few.slope / all.slope).toBeCloseTo(1, 1);
  });
});

describe("where the growth begins", () => {
  it.each([0.25, 0.4, 0.5, 0.6, 0.75])(
    "is found within three hundredths of the window: %f",
    (onset) => {
      for (const growth of [0.1, 0.3]) {
        const shareAt = (x: number) => 0.2 + growth * Math.max(0, x - onset);
        const trend = detectLeak(noisySeries({ seed: 7, shareAt, noise: 0.0003 }));
        expect(trend.verdict).toBe("leak");
        const share = ((trend.since ?? 0) - START_S) / (24 * HOUR_S);
        expect(Math.abs(share - onset)).toBeLessThan(0.03);
        expect((trend.slope * 24 * HOUR_S) / CAPACITY / growth).toBeCloseTo(1, 1);
      }
    },
  );

  it("is the first sample where it grew all the time", () => {
    expect(detectLeak(leaking(8)).since).toBe(START_S);
  });
});
