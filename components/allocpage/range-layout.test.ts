import { describe, expect, it } from "vitest";
import { layoutRange, rangeScale } from "./range-layout";

describe("drawing a range of bytes", () => {
  it("fills the width with the whole when every bound fits into it", () => {
    expect(rangeScale(600, [{ lower: 10, upper: 300 }])).toBe(600);
    expect(layoutRange({ lower: 60, upper: 300 }, 600)).toEqual({
      certain: 10,
      possible: 50,
      isCut: false,
    });
  });

  it("makes room for a bound that overshoots a little, and cuts one that overshoots a lot", () => {
    expect(rangeScale(600, [{ lower: 0, upper: 660 }])).toBe(660);
    const scale = rangeScale(600, [{ lower: 0, upper: 15_000 }]);
    expect(scale).toBe(750);
    expect(layoutRange({ lower: 0, upper: 15_000 }, scale)).toEqual({
      certain: 0,
      possible: 100,
      isCut: true,
    });
  });

  it("still draws bounds when the whole is nothing or negative", () => {
    expect(rangeScale(-5, [{ lower: 0, upper: 40 }])).toBe(40);
    expect(rangeScale(0, [])).toBe(1);
  });
});
