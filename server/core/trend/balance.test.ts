import { expect, it } from "vitest";
import type { BucketId } from "../report";
import type { HistoryPoint } from "../series/history";
import { GIB, MIB } from "../units";
import { balanceOf, contradiction } from "./balance";

const TOTAL = 16 * GIB;
const POINTS = 50;

type Sizes = Readonly<Partial<Record<BucketId, number>>>;

/** Points in which each bucket goes from one size to the other in equal steps. */
function historyOf(from: Sizes, to: Sizes, changes: Partial<HistoryPoint> = {}): HistoryPoint[] {
  return Array.from({ length: POINTS }, (_, index) => {
    const part = index / (POINTS - 1);
    const buckets = Object.fromEntries(
      Object.entries(to).map(([bucket, end]) => {
        const begin = from[bucket as BucketId] ?? 0;
        return [bucket, begin + (end - begin) * part];
      }),
    );
    return {
      atMs: index,
      samples: 1,
      memTotal: TOTAL,
      available: buckets["free"] ?? 0,
      buckets,
      ...changes,
    };
  });
}

const growing = historyOf({ allocpage: 0, free: 8 * GIB }, { allocpage: 2 * GIB, free: 6 * GIB });

it("a balance names what rose and what fell by as much", () => {
  const balance = balanceOf(growing, 0, POINTS);
  expect(balance?.changes.map(({ bucket }) => bucket)).toEqual(["allocpage", "free"]);
  expect(balance?.changes.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(0);
  expect(balance?.memTotal).toBe(0);
  expect(balanceOf(growing, POINTS, 2 * POINTS)).toBeUndefined();
});

it("growth that other buckets pay for is borne out", () => {
  const balance = balanceOf(growing, 0, POINTS);
  expect(contradiction("unexplained", 2 * GIB, balance)).toBeUndefined();
  expect(contradiction("sockets", 2 * GIB, balance)).toBeUndefined();
});

it("growth in a series whose bucket stays is not", () => {
  const balance = balanceOf(growing, 0, POINTS);
  expect(contradiction("vmalloc", GIB, balance)).toMatch(/did not rise by as much/);
});

it("memory that was added pays for nothing", () => {
  const added = growing.map((point, index) => ({
    ...point,
    memTotal: TOTAL + index * 40 * MIB,
    buckets: { ...point.buckets, free: 8 * GIB },
  }));
  expect(contradiction("unexplained", 2 * GIB, balanceOf(added, 0, POINTS))).toBe(
    "nothing fell by as much",
  );
});

it("process memory leaks only while available memory falls", () => {
  const swapped = historyOf(
    { anon: GIB, fileCache: 6 * GIB },
    { anon: 4 * GIB, fileCache: 3 * GIB },
    { available: 8 * GIB },
  );
  expect(contradiction("anon", 3 * GIB, balanceOf(swapped, 0, POINTS))).toMatch(/available/);
  const taken = historyOf({ anon: GIB, free: 8 * GIB }, { anon: 4 * GIB, free: 5 * GIB });
  expect(contradiction("anon", 3 * GIB, balanceOf(taken, 0, POINTS))).toBeUndefined();
});

it("without a history there is nothing to bear it out", () => {
  expect(contradiction("unexplained", GIB, undefined)).toMatch(/no history/);
});
