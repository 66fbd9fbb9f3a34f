import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { createBatcher } from "./batcher";

const LIMITS = { everyMs: 40, maxBatch: 100, maxItems: 1000, maxBytes: 1000 };

it("what comes one by one is worked on together, also while a batch is under way", async () => {
  const batches: number[] = [];
  const batcher = createBatcher<number, number>({
    ...LIMITS,
    flush: async (items) => {
      batches.push(items.length);
      await wait(30);
      return items.map((item) => item * 2);
    },
  });
  const outcomes: Promise<number>[] = [];
  for (let item = 0; item < 60; item += 1) {
    outcomes.push(batcher.offer(item, 1));
    await wait(5);
  }
  expect(await Promise.all(outcomes)).toEqual(Array.from({ length: 60 }, (_, item) => item * 2));
  // 60 items over 300 ms or more, a batch every 70 ms: on a slow machine fewer, never one for each.
  expect(batches.length).toBeLessThan(20);
});

it("what is offered the moment a batch is done is not forgotten", async () => {
  const batcher = createBatcher<string, string>({
    ...LIMITS,
    everyMs: 1,
    flush: async (items) => items.map((item) => `${item}!`),
  });
  const first = batcher.offer("a", 1).then(() => batcher.offer("b", 1));
  expect(await first).toBe("b!");
});

it("a batch that fails fails each of its items and no others", async () => {
  let runs = 0;
  const batcher = createBatcher<number, number>({
    ...LIMITS,
    maxBatch: 2,
    flush: async (items) => {
      runs += 1;
      if (runs === 1) throw new Error("no");
      return [...items];
    },
  });
  const settled = await Promise.allSettled([1, 2, 3].map((item) => batcher.offer(item, 1)));
  expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});

it("refuses by number and by bytes, and takes more once the waiting are done", async () => {
  const flush = async (items: readonly number[]) => [...items];
  const byNumber = createBatcher<number, number>({ ...LIMITS, maxItems: 1, flush });
  const one = byNumber.offer(1, 1);
  expect(() => byNumber.refuseWhenBehind()).toThrow(/behind/);
  await one;
  byNumber.refuseWhenBehind();
  const byBytes = createBatcher<number, number>({ ...LIMITS, flush });
  const big = byBytes.offer(1, 1000);
  expect(() => byBytes.refuseWhenBehind()).toThrow(/behind/);
  await big;
  byBytes.refuseWhenBehind();
});
