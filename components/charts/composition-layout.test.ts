import { describe, expect, it } from "vitest";
import type { BucketShare, Composition } from "@/server/core/report";
import { GIB, MIB } from "@/server/core/units";
import { layoutComposition } from "./composition-layout";
import { summarizeComposition } from "./composition-summary";

const share = (
  id: BucketShare["id"],
  group: BucketShare["group"],
  bytes: number,
  rest: Partial<BucketShare> = {},
): BucketShare => ({ id, group, bytes, how: "field", from: [], ...rest });

function composition(buckets: readonly BucketShare[]): Composition {
  return {
    memTotal: 4 * GIB,
    buckets,
    uncertainty: { plusMinus: 0, why: "" },
    closes: true,
    notMeasured: [],
  };
}

const FULL = composition([
  share("anon", "user", 2 * GIB),
  share("swapCache", "user", 0),
  share("slabUnreclaimable", "kernel", 256 * MIB),
  share("allocpage", "kernel", 768 * MIB, {
    how: "remainder",
    parts: [{ id: "sockets", label: "TCP socket queues", bytes: { lower: 100, upper: GIB } }],
  }),
  share("free", "free", GIB),
]);

describe("the picture", () => {
  it("lays the bands end to end in drawing order and fills MemTotal", () => {
    const { whole } = layoutComposition(FULL);
    expect(whole.total).toBe(4 * GIB);
    expect(whole.bands.map(({ id, start }) => [id, start])).toEqual([
      ["anon", 0],
      ["slabUnreclaimable", 2 * GIB],
      ["allocpage", 2 * GIB + 256 * MIB],
      ["free", 3 * GIB],
    ]);
  });

  it("shows the kernel's bands on a scale of their own and where they lie in the whole", () => {
    const { kernel } = layoutComposition(FULL);
    expect(kernel).toMatchObject({ start: 2 * GIB, total: GIB });
    expect(kernel?.bands.map(({ id, start }) => [id, start])).toEqual([
      ["slabUnreclaimable", 0],
      ["allocpage", 256 * MIB],
    ]);
  });

  it("draws sockets inside the unaccounted band, by their lower bound", () => {
    const band = layoutComposition(FULL).whole.bands.find(({ id }) => id === "allocpage");
    expect(band?.inside).toEqual({ label: "TCP socket queues", bytes: 100 });
  });

  it("a negative remainder is stated and not drawn", () => {
    const { whole, overlap } = layoutComposition(
      composition([
        share("anon", "user", 4 * GIB + MIB),
        share("allocpage", "kernel", -MIB, { how: "remainder" }),
      ]),
    );
    expect(overlap).toBe(MIB);
    expect(whole.bands.map(({ id }) => id)).toEqual(["anon"]);
    expect(whole.total).toBe(4 * GIB + MIB);
  });

  it("without kernel buckets there is no close-up", () => {
    expect(layoutComposition(composition([share("free", "free", GIB)])).kernel).toBeUndefined();
  });
});

describe("the sentence", () => {
  it("names the groups with sizes and shares of MemTotal", () => {
    expect(summarizeComposition(FULL)).toBe(
      "Of 4.00 GiB, applications hold 2.00 GiB (50.0 %), file caches 0 B (0 %), counted kernel memory 256 MiB (6.3 %), 1.00 GiB (25.0 %) is free; no counter shows 768 MiB (18.8 %).",
    );
  });

  it("does not say that what nothing measured holds nothing", () => {
    const partial = composition([
      share("fileCache", "user", GIB),
      share("allocpage", "kernel", 3 * GIB, { how: "remainder" }),
    ]);
    expect(summarizeComposition(partial)).toBe(
      "Of 4.00 GiB, file caches 1.00 GiB (25.0 %); no counter shows 3.00 GiB (75.0 %).",
    );
  });

  it("says when the counters overlap", () => {
    const text = summarizeComposition(
      composition([share("allocpage", "kernel", -MIB, { how: "remainder" })]),
    );
    expect(text).toContain("the counters overlap by 1.00 MiB");
  });
});
