import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apportion } from "./apportion";

const claim = (lower: number, upper: number) => ({
  bucket: "allocpage" as const,
  bytes: { lower, upper },
});
const inBucketOf = (bytes: number) => () => bytes;

describe("apportioning a bucket", () => {
  it("gives bytes that two findings claim to the one ranked first", () => {
    const { explains } = apportion([claim(600, 600), claim(600, 600)], inBucketOf(1_000));
    expect(explains).toEqual([
      { lower: 600, upper: 600 },
      { lower: 400, upper: 400 },
    ]);
  });

  it("says what no finding explains, between the best and the worst case", () => {
    const { unexplained } = apportion([claim(100, 700)], inBucketOf(1_000));
    expect(unexplained).toEqual([{ bucket: "allocpage", bytes: { lower: 300, upper: 900 } }]);
  });

  it("says nothing of buckets that nobody measured", () => {
    const { explains, unexplained } = apportion([claim(1, 2)], () => undefined);
    expect([explains, unexplained]).toEqual([[undefined], []]);
  });

  it("never explains more than the bucket holds, whatever is claimed", () => {
    const range = fc
      .tuple(fc.nat(), fc.nat())
      .map(([a, b]) => claim(Math.min(a, b), Math.max(a, b)));
    fc.assert(
      fc.property(fc.array(range), fc.nat(), (claims, total) => {
        const { explains } = apportion(claims, inBucketOf(total));
        const lower = explains.reduce((sum, part) => sum + (part?.lower ?? 0), 0);
        expect(lower).toBeLessThanOrEqual(total);
        for (const part of explains) expect(part?.lower).toBeLessThanOrEqual(part?.upper ?? -1);
      }),
    );
  });
});
