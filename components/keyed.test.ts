import { expect, it } from "vitest";
import { keyed } from "./keyed";

it("items that are alike get keys of their own", () => {
  const keys = keyed(["a", "b", "a", "a"], (item) => item).map(({ key }) => key);
  expect(keys).toEqual(["a", "b", "a #2", "a #3"]);
});
