import { describe, expect, it } from "vitest";
import { GIB } from "@/server/core/units";
import { distanceWords, sampleSentence } from "./moment-words";

const POINT = { atMs: 0, samples: 1, memTotal: 16 * GIB, buckets: {} };

describe("a moment in words", () => {
  it("tells how far the look lies from it", () => {
    expect(distanceWords(1000, 1500)).toBe("at that very moment");
    expect(distanceWords(0, 180_000)).toBe("3 min before it");
    expect(distanceWords(200_000, 0)).toBe("3 min after it");
  });

  it("says what a sample measured and leaves out what it did not", () => {
    expect(
      sampleSentence({
        ...POINT,
        buckets: { allocpage: 4 * GIB, slabUnreclaimable: GIB },
        sockets: GIB,
        unexplained: 3 * GIB,
        available: 8 * GIB,
      }),
    ).toBe(
      "Of 16.0 GiB, no counter shows 4.00 GiB (25.0 %); the socket counters own 1.00 GiB; 3.00 GiB stay unexplained; unreclaimable slab is 1.00 GiB; 8.00 GiB (50.0 %) could still be had.",
    );
    expect(sampleSentence({ ...POINT, buckets: { allocpage: -GIB } })).toBe(
      "Of 16.0 GiB, the counters overlap by 1.00 GiB.",
    );
  });
});
