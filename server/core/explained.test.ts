import { expect, it } from "vitest";
import { describeExplained, explainedBuckets } from "./explained";
import type { Composition } from "./report";
import { MIB } from "./units";

const composition: Composition = {
  memTotal: 4_000 * MIB,
  buckets: [
    { id: "anon", group: "user", bytes: 1_000 * MIB, how: "field", from: [] },
    { id: "allocpage", group: "kernel", bytes: 2_000 * MIB, how: "remainder", from: [] },
    { id: "slabUnreclaimable", group: "kernel", bytes: 0, how: "field", from: [] },
  ],
  uncertainty: { plusMinus: 0, why: "" },
  closes: true,
  notMeasured: [],
};
const rest = (lower: number, upper: number) => ({ lower: lower * MIB, upper: upper * MIB });
const sentences = (
  ...unexplained: { bucket: "anon" | "allocpage"; bytes: ReturnType<typeof rest> }[]
) => explainedBuckets({ composition, unexplained }).map(describeExplained);

it("says per bucket how much is explained and how much is not", () => {
  expect(sentences({ bucket: "allocpage", bytes: rest(500, 500) })).toEqual([
    "1.46 GiB of 1.95 GiB explained, 500 MiB stay unexplained",
  ]);
});

it("keeps the bounds: what may be explained is not called explained", () => {
  expect(sentences({ bucket: "allocpage", bytes: rest(0, 1_500) })).toEqual([
    "500 MiB – 1.95 GiB of 1.95 GiB explained, up to 1.46 GiB stay unexplained",
  ]);
});

it("all and none are said in a word; the largest rest comes first", () => {
  expect(
    sentences(
      { bucket: "anon", bytes: rest(0, 0) },
      { bucket: "allocpage", bytes: rest(2_000, 2_000) },
    ),
  ).toEqual(["none of 1.95 GiB explained", "all of 1000 MiB explained"]);
});

it("an empty bucket and a report without a ledger have no line", () => {
  expect(
    explainedBuckets({
      composition,
      unexplained: [{ bucket: "slabUnreclaimable", bytes: rest(0, 0) }],
    }),
  ).toEqual([]);
  expect(explainedBuckets({ unexplained: [{ bucket: "anon", bytes: rest(0, 1) }] })).toEqual([]);
});
