import { describe, expect, it } from "vitest";
import { labelPlaces } from "./band-labels";
import { MARGIN } from "./plot-geometry";
import type { PlotRow } from "./plot-rows";

/** A plot in which one byte is one pixel and one second is one pixel. */
const HEIGHT = 200;
const WIDTH = 1000;
const SIZE = {
  width: WIDTH + MARGIN.left + MARGIN.right,
  height: HEIGHT + MARGIN.top + MARGIN.bottom,
};
const place = (rows: readonly PlotRow[]) =>
  labelPlaces({
    rows,
    names: ["Free"],
    span: { fromMs: 0, toMs: WIDTH },
    top: HEIGHT,
    size: SIZE,
  })[0];
const row = (t: number, low: number, high: number): PlotRow => ({
  t,
  point: t,
  values: [[low, high]],
});
const rows = (bandAt: (t: number) => readonly [number, number]) =>
  Array.from({ length: 101 }, (_, i) => row(i * 10, ...bandAt(i * 10)));

describe("names on the bands", () => {
  it("stand at the right, in the middle of the band", () => {
    const found = place(rows(() => [40, 60]));
    expect(found?.x).toBeGreaterThan(SIZE.width - MARGIN.right - 12);
    expect(found?.y).toBe(MARGIN.top + HEIGHT - 50);
  });

  it("a band lower than 14 px has none", () => {
    expect(place(rows(() => [40, 53.5]))).toBeUndefined();
    expect(place(rows(() => [40, 54]))).toBeDefined();
  });

  it("stand where the band is high enough all along", () => {
    const found = place(rows((t) => (t < 500 ? [0, 100] : [0, 5])));
    expect(found?.x).toBeLessThan(MARGIN.left + 500);
  });

  it("a steep band whose ends leave no common strip has none there", () => {
    expect(place(rows((t) => [2 * t, 2 * t + 20]))).toBeUndefined();
  });

  it("never stand across a gap", () => {
    const gap: PlotRow = { t: 985, point: -1, values: [] };
    const all = rows(() => [0, 100]).filter(({ t }) => t < 980 || t > 989);
    const found = place([...all, gap].toSorted((a, b) => a.t - b.t));
    expect(found?.x).toBeLessThan(MARGIN.left + 980);
  });

  it("nothing drawn, nothing named", () => {
    expect(place([])).toBeUndefined();
  });
});
