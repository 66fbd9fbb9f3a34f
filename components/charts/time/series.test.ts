import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUCKETS } from "@/server/core/report";
import { GIB, MIB } from "@/server/core/units";
import { byteTicks, formatByteTick } from "./byte-ticks";
import { DISPLAY_IDS, foldBuckets, OTHER_KERNEL, visibleIds } from "./display-buckets";
import { runsOf } from "./gaps";
import { history, incident, MINUTE, point, START } from "./history.test-support";
import { ledgerModel } from "./ledger-model";
import { ledgerPoints, measuredIds, stackOf } from "./ledger-rows";
import { plotRows } from "./plot-rows";

describe("display buckets", () => {
  it("no byte is lost by folding, whatever was measured", () => {
    const sizes = fc.dictionary(
      fc.constantFrom(...BUCKETS),
      fc.integer({ min: -GIB, max: 2 ** 45 }),
    );
    fc.assert(
      fc.property(sizes, (buckets) => {
        const sum = (of: object) => Object.values(of).reduce((total, bytes) => total + bytes, 0);
        expect(sum(foldBuckets(buckets))).toBe(sum(buckets));
      }),
    );
  });

  it("what nothing measured is absent, which is not 0", () => {
    expect(foldBuckets({ anon: 1, buffers: 2, fileCache: 3, pcp: 0 })).toEqual({
      anon: 1,
      file: 5,
      free: 0,
    });
  });

  it("every bucket without a band of its own is other kernel memory", () => {
    expect(OTHER_KERNEL).toContain("vmalloc");
    for (const id of OTHER_KERNEL) expect(foldBuckets({ [id]: 7 })).toEqual({ kernel: 7 });
  });

  it("the order is that of the picture, also for what is isolated; an unknown id changes nothing", () => {
    expect(visibleIds("whole", [])).toEqual(DISPLAY_IDS);
    expect(visibleIds("whole", ["free", "anon"])).toEqual(["anon", "free"]);
    expect(visibleIds("whole", ["nonsense"])).toEqual(DISPLAY_IDS);
    expect(visibleIds("kernel", [])).toEqual([
      "slabUnreclaimable",
      "slabReclaimable",
      "kernel",
      "unaccounted",
    ]);
  });
});

describe("stack", () => {
  const stack = (buckets: Parameters<typeof point>[1], sockets?: number) => {
    const [folded] = ledgerPoints([point(START, buckets, sockets ? { sockets } : {})]);
    if (!folded) throw new Error("no point");
    return stackOf(folded, DISPLAY_IDS);
  };

  it("bands lie end to end and reach MemTotal", () => {
    const { bands, top } = stack({ anon: GIB, vmalloc: MIB, allocpage: 2 * MIB });
    expect(top).toBe(8 * GIB);
    bands.slice(1).forEach(([low], i) => {
      expect(low).toBe(bands[i]?.[1]);
    });
  });

  it("a negative remainder has no height and pushes nothing down", () => {
    const { bands } = stack({ anon: GIB, allocpage: -5 * MIB });
    for (const [low, high] of bands) expect(high).toBeGreaterThanOrEqual(low);
    expect(bands[DISPLAY_IDS.indexOf("unaccounted")]).toEqual([GIB, GIB]);
  });

  it("sockets are drawn inside the unaccounted band and never beyond it", () => {
    expect(stack({ anon: GIB, allocpage: 9 * MIB }, 4 * MIB).sockets).toEqual([GIB, GIB + 4 * MIB]);
    expect(stack({ anon: GIB, allocpage: 9 * MIB }, GIB).sockets).toEqual([GIB, GIB + 9 * MIB]);
  });

  it("a bucket that no point measures is not drawn at all", () => {
    const points = ledgerPoints([point(START, { anon: 1 })]);
    expect(measuredIds(points, DISPLAY_IDS)).toEqual(["anon", "free"]);
  });
});

describe("gaps", () => {
  it("a missing slot breaks the run", () => {
    expect(
      runsOf(
        [0, 60, 120, 240, 300].map((s) => s * 1000),
        MINUTE,
      ),
    ).toEqual([
      [0, 2],
      [3, 4],
    ]);
  });

  it("a node that sends less often than there are slots is not all gaps", () => {
    const everyFive = [0, 5, 10, 15, 30, 35].map((minutes) => minutes * MINUTE);
    expect(runsOf(everyFive, MINUTE)).toEqual([
      [0, 3],
      [4, 5],
    ]);
  });

  it("samples that stand anywhere in their slots are one run", () => {
    const jitter = Array.from({ length: 50 }, (_, i) => i * MINUTE + ((i * 37) % 60) * 1000);
    expect(runsOf(jitter, MINUTE)).toEqual([[0, 49]]);
  });

  it("nothing is nothing, one is one", () => {
    expect(runsOf([], MINUTE)).toEqual([]);
    expect(runsOf([5], MINUTE)).toEqual([[0, 0]]);
  });

  it("between two runs stands a row of nothing; a lonely point is as wide as its slot", () => {
    const rows = plotRows([0, MINUTE, 2 * MINUTE, 10 * MINUTE], MINUTE, 0, (i) => [i]);
    expect(rows.map(({ t, point: at, values }) => [t / MINUTE, at, values])).toEqual([
      [0, 0, [0]],
      [1, 1, [1]],
      [2, 2, [2]],
      [6, -1, []],
      [9.5, 3, [3]],
      [10.5, 3, [3]],
    ]);
  });
});

it("a lonely point too narrow to be seen is drawn wider, and never up to its neighbours", () => {
  const edges = (lonely: number) =>
    plotRows([0, 1, 2, 3, 4, 5, lonely, 2000], 1, 60, (i) => [i])
      .filter(({ point: at }) => at === 6)
      .map(({ t }) => t);
  expect(edges(1000)).toEqual([970, 1030]);
  expect(edges(65)).toEqual([45, 85]);
});

describe("model of the picture", () => {
  it("the scale of the whole is MemTotal, the largest where it changed", () => {
    const grown = history([
      point(START, { anon: GIB }),
      point(START + MINUTE, { anon: GIB }, { memTotal: 12 * GIB }),
    ]);
    const model = ledgerModel(grown, "whole", []);
    expect(model.top).toBe(12 * GIB);
    expect(model.shapes.at(-1)).toMatchObject({ key: "memTotal", kind: "line" });
    expect(model.rows.map(({ values }) => values.at(-1))).toEqual([8 * GIB, 12 * GIB]);
  });

  it("the close-up has a flat base line and a scale of its own, and says so", () => {
    const { rows, top, scale, shapes } = ledgerModel(incident(), "kernel", []);
    for (const { values } of rows) expect(values[0]).toEqual([0, 200 * MIB]);
    expect(top).toBeLessThan(GIB);
    expect(scale).toBe("Kernel memory, close up: a scale of its own, MemTotal is 8.00 GiB");
    expect(shapes.map(({ key }) => key)).toEqual(["slabUnreclaimable", "kernel", "unaccounted"]);
  });

  it("the unaccounted band is hatched, free memory is open", () => {
    const { shapes } = ledgerModel(incident(), "whole", []);
    const kind = (key: string) => shapes.find((shape) => shape.key === key)?.kind;
    expect([kind("anon"), kind("unaccounted"), kind("free")]).toEqual(["band", "hatched", "open"]);
  });

  it("points that come in any order are drawn in order of time", () => {
    const model = ledgerModel(history([point(START + MINUTE), point(START)]), "whole", []);
    expect(model.times).toEqual([START, START + MINUTE]);
  });
});

describe("scale of sizes", () => {
  it("stands on powers of two, from 0 to the top", () => {
    expect(byteTicks(8 * GIB)).toEqual([0, 2, 4, 6, 8].map((n) => n * GIB));
    expect(byteTicks(0)).toEqual([0]);
    expect(byteTicks(Number.NaN)).toEqual([0]);
    expect([0, 512 * MIB, 1.5 * GIB].map(formatByteTick)).toEqual(["0", "512 MiB", "1.5 GiB"]);
  });

  it("never has more steps than asked for, nor a tick beyond the top", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (top) => {
        const ticks = byteTicks(top);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks.at(-1)).toBeLessThanOrEqual(top);
      }),
    );
  });
});
