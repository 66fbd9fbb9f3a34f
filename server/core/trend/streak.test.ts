import { expect, it } from "vitest";
import { isProven, nextStreak, type Streak } from "./streak";

const HOUR = 3_600_000;

/** Verdicts at these hours, one after the other. */
function after(verdicts: readonly (readonly [hour: number, verdict: "leak" | "growing" | "ok"])[]) {
  return verdicts.reduce<Streak | undefined>(
    (streak, [hour, verdict]) => nextStreak(streak, verdict, hour * HOUR),
    undefined,
  );
}

it("one verdict proves nothing, two that are six hours apart do", () => {
  expect(isProven(after([[0, "leak"]]))).toBe(false);
  expect(
    isProven(
      after([
        [0, "leak"],
        [1, "leak"],
        [5, "leak"],
      ]),
    ),
  ).toBe(false);
  expect(
    isProven(
      after([
        [0, "leak"],
        [6, "leak"],
      ]),
    ),
  ).toBe(true);
});

it("what is not proven ends with the first verdict to the contrary, what is proven with the second", () => {
  expect(
    after([
      [0, "leak"],
      [6, "growing"],
    ]),
  ).toBeUndefined();
  const proven = [
    [0, "leak"],
    [6, "leak"],
  ] as const;
  expect(isProven(after([...proven, [12, "ok"]]))).toBe(true);
  expect(after([...proven, [12, "ok"], [18, "growing"]])).toBeUndefined();
  expect(after([...proven, [12, "ok"], [18, "leak"]])).toMatchObject({ leaks: 3, misses: 0 });
});

it("a clock that was set back begins anew", () => {
  expect(
    after([
      [48, "leak"],
      [6, "leak"],
    ]),
  ).toMatchObject({ leaks: 1 });
});
