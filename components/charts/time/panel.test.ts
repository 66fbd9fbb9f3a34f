import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MIB } from "@/server/core/units";
import { MINUTE, START } from "./history.test-support";
import { nextIsolated } from "./isolate";
import { nextSort, sortedRows } from "./legend-sort";
import { panelLines, panelModel, panelSummary } from "./panel-model";
import { MARGIN, nearestIndex, plotWidth, surfaceMoment, xOf } from "./plot-geometry";
import { shortName } from "./short-name";

const SPAN = { fromMs: START, toMs: START + 10 * MINUTE };
const line = (name: string, ...values: readonly (number | undefined)[]) => ({
  name,
  points: values.flatMap((bytes, i) =>
    bytes === undefined ? [] : [{ atMs: START + i * MINUTE, bytes }],
  ),
});
const model = (series: readonly ReturnType<typeof line>[], isolated: readonly string[] = []) =>
  panelModel(panelLines(series), SPAN, MINUTE, isolated);

describe("lines of a panel", () => {
  it("stand at the moments of all of them; what a sample did not list is missing, not 0", () => {
    const { rows, times } = model([line("a", 1, undefined, 3), line("b", 4, 5, 6)]);
    expect(times).toHaveLength(3);
    expect(rows.map(({ values }) => values)).toEqual([
      [1, 4],
      [null, 5],
      [3, 6],
    ]);
  });

  it("a value between two missing ones is a dot", () => {
    const { shapes } = model([line("a", undefined, 2, undefined), line("b", 4, 5, 6)]);
    expect(shapes.map(({ hasDots }) => hasDots)).toEqual([true, false]);
  });

  it("the largest and the fastest growing are drawn, in the order they came; others by being isolated", () => {
    const many = Array.from({ length: 14 }, (_, i) =>
      line(`cache-${i}`, (20 - i) * MIB, (20 - i) * MIB + (i === 13 ? 9 * MIB : 0)),
    );
    const drawn = model(many).drawn.map(({ name }) => name);
    expect(drawn).toHaveLength(8);
    expect(drawn).toContain("cache-0");
    expect(drawn.at(-1)).toBe("cache-13");
    expect(model(many, ["11"]).drawn.map(({ name }) => name)).toEqual(["cache-11"]);
  });

  it("two of one name are two lines, told apart by colour or dash", () => {
    const lines = panelLines(Array.from({ length: 12 }, () => line("nginx", 1)));
    expect(new Set(lines.map(({ id }) => id)).size).toBe(12);
    expect(new Set(lines.map(({ shape }) => `${shape.colour} ${shape.dash}`)).size).toBe(12);
  });

  it("the sentence leaves names as they are", () => {
    const panel = model([line("skbuff_head_cache", 20 * MIB, 160 * MIB), line("dentry", 5, 5)]);
    expect(panelSummary(panel, SPAN, MINUTE, "UTC")).toBe(
      "skbuff_head_cache rose 140 MiB (from 20.0 MiB to 160 MiB) between 10:00 and 10:01; the rest is flat.",
    );
  });
});

describe("a long name", () => {
  it("loses its middle, never half a letter", () => {
    expect(shortName("/kubepods.slice/a/b/c.scope", 11)).toBe("/kube…scope");
    expect(shortName("short", 11)).toBe("short");
    expect(shortName("😀".repeat(30), 5)).toBe("😀😀…😀😀");
  });

  it("is never longer than asked for", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (name) => {
        expect(Array.from(shortName(name, 20)).length).toBeLessThanOrEqual(20);
      }),
    );
  });
});

describe("legend", () => {
  it("a press isolates, the same press restores, an adding one joins and leaves", () => {
    expect(nextIsolated([], "a", false)).toEqual(["a"]);
    expect(nextIsolated(["a"], "a", false)).toEqual([]);
    expect(nextIsolated(["a", "b"], "a", false)).toEqual(["a"]);
    expect(nextIsolated(["a"], "b", true)).toEqual(["a", "b"]);
    expect(nextIsolated(["a", "b"], "a", true)).toEqual(["b"]);
  });

  it("sorts down, up, and back to the order of the picture; what has no value stands last", () => {
    const stats = (last: number) => ({ last, min: 0, max: 0, change: 0 });
    const rows = [{ stats: stats(1) }, { stats: undefined }, { stats: stats(2) }];
    const down = nextSort(undefined, "last");
    const up = nextSort(down, "last");
    expect(sortedRows(rows, down).map((row) => row.stats?.last)).toEqual([2, 1, undefined]);
    expect(sortedRows(rows, up).map((row) => row.stats?.last)).toEqual([1, 2, undefined]);
    expect(nextSort(up, "last")).toBeUndefined();
    expect(nextSort(up, "max")).toEqual({ column: "max", isDescending: true });
  });
});

describe("places", () => {
  const span = { fromMs: START, toMs: START + 60 * MINUTE };

  it("a moment leads to its place and the place to the moment; outside is the edge", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3600 }), (seconds) => {
        const ms = START + seconds * 1000;
        const x = xOf(ms, span, 1000) - MARGIN.left;
        expect(surfaceMoment(x, span, plotWidth(1000))).toBe(ms);
      }),
    );
    expect(surfaceMoment(-5, span, 1000)).toBe(span.fromMs);
    expect(surfaceMoment(5000, span, 1000)).toBe(span.toMs);
    expect(xOf(span.fromMs - MINUTE, span, 1000)).toBe(MARGIN.left);
    expect(xOf(span.toMs + MINUTE, span, 1000)).toBe(1000 - MARGIN.right);
  });

  it("the nearest in time, none where there is none", () => {
    expect(nearestIndex([10, 20, 40], 29)).toBe(1);
    expect(nearestIndex([10, 20, 40], 31)).toBe(2);
    expect(nearestIndex([], 1)).toBe(-1);
    expect(nearestIndex([10], 1)).toBe(0);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer()), fc.integer(), (unordered, ms) => {
        const times = unordered.toSorted((a, b) => a - b);
        const away = times.map((at) => Math.abs(at - ms));
        expect(away[nearestIndex(times, ms)]).toBe(
          times.length > 0 ? Math.min(...away) : undefined,
        );
      }),
    );
  });
});
