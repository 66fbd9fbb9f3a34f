import { expect, it } from "vitest";
import { createGate } from "./gate";

it("never lets more in than there are places, in the order they came, also after a failure", async () => {
  const gate = createGate(2);
  const order: number[] = [];
  let inside = 0;
  let most = 0;
  const work = (index: number) => async () => {
    inside += 1;
    most = Math.max(most, inside);
    order.push(index);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inside -= 1;
    if (index % 3 === 0) throw new Error(`${index} failed`);
    return index;
  };
  const results = await Promise.allSettled([0, 1, 2, 3, 4, 5, 6].map((index) => gate(work(index))));
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(results.filter(({ status }) => status === "rejected")).toHaveLength(3);
});
