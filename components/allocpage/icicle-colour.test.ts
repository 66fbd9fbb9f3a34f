import { expect, it } from "vitest";
import { bucketColour, changeColour } from "./icicle-colour";

it("a frame has the colour of its bucket, and none where there are several or it is not known", () => {
  expect(bucketColour({ bucket: "allocpage" }).stroke).toBe("var(--bucket-allocpage)");
  expect(bucketColour({}).stroke).toBe("var(--control)");
  expect(bucketColour({ bucket: "unknown" }).stroke).toBe("var(--control)");
});

it("growth is red, shrinkage blue, deeper the larger its part; next to nothing is neither", () => {
  const [little, much] = [1, 10].map((change) => changeColour({ change, value: 10 }).fill);
  expect(little).toBe("color-mix(in oklab, var(--leaking) 13%, var(--paper))");
  expect(much).toBe("color-mix(in oklab, var(--leaking) 40%, var(--paper))");
  expect(changeColour({ change: -10, value: 10 }).stroke).toBe("var(--accent)");
  expect(changeColour({ change: 1, value: 1000 }).stroke).toBe("var(--control)");
  expect(changeColour({ change: 0, value: 0 }).stroke).toBe("var(--control)");
});
