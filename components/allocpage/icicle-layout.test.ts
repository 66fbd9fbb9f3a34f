import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupBy } from "@/server/core/group-by";
import { fitText } from "./fit-text";
import { type IcicleBox, layoutIcicle, MIN_WIDTH, neighbourOf, rowsOf } from "./icicle-layout";
import { buildIcicle, findNode, pathTo } from "./icicle-tree";
import type { ListedRow } from "./site-selection";

const WIDTH = 1168;
const row = (path: readonly string[], bytes: number, more: Partial<ListedRow> = {}): ListedRow => ({
  id: path.join("<"),
  path,
  site: path.at(-1) ?? "",
  subsystem: "net",
  bucket: "allocpage",
  bytes,
  calls: 1,
  evidence: { text: "", value: bytes, unit: "bytes", file: "allocinfo" },
  ...more,
});

const stacks = fc.array(
  fc.tuple(
    fc.array(fc.constantFrom("a", "b", "c", "d".repeat(200), "内存"), {
      minLength: 1,
      maxLength: 8,
    }),
    fc.integer({ min: 0, max: 2 ** 40 }),
  ),
  { minLength: 1, maxLength: 60 },
);

function expectSound(boxes: readonly IcicleBox[], width: number): void {
  const rows = groupBy(boxes, (box) => box.row);
  for (const ofRow of rows.values()) {
    const sorted = [...ofRow].sort((a, b) => a.x - b.x);
    for (const [at, box] of sorted.entries()) {
      const next = sorted[at + 1];
      expect(box.x + box.width).toBeLessThanOrEqual((next?.x ?? width) + 1e-6);
    }
  }
  expect(boxes.every(({ node, width: w }) => !node || w >= MIN_WIDTH)).toBe(true);
}

describe("the layout of an icicle", () => {
  it("gives children the width of their parent in proportion, and no box overlaps another", () => {
    fc.assert(
      fc.property(stacks, (list) => {
        const root = buildIcicle(
          list.map(([path, bytes]) => row(path, bytes)),
          "all",
        );
        const boxes = layoutIcicle(root, WIDTH);
        expectSound(boxes, WIDTH);
        for (const box of boxes) {
          const below = boxes.filter(({ parent }) => parent === box.node && box.node !== undefined);
          const sum = below.reduce((total, { width }) => total + width, 0);
          expect(sum).toBeLessThanOrEqual(box.width + 1e-6);
        }
      }),
    );
  });

  it("widths of the first row add up to the whole where every row has a frame", () => {
    const root = buildIcicle([row(["a", "x"], 5), row(["b", "x"], 3), row(["c", "x"], 2)], "all");
    const first = layoutIcicle(root, 1000).filter((box) => box.row === 1);
    expect(first.map(({ width }) => width)).toEqual([500, 300, 200]);
  });

  it("draws frames that are too narrow as one box that says how many they are", () => {
    const rows = [
      row(["big", "x"], 1e9),
      ...Array.from({ length: 900 }, (_, at) => row([`s${at}`, "x"], 1e4)),
    ];
    const boxes = layoutIcicle(buildIcicle(rows, "all"), 1000);
    expect(boxes.filter(({ merged }) => merged !== undefined)).toMatchObject([
      { merged: 900, row: 1 },
    ]);
    expectSound(boxes, 1000);
  });

  it("5,000 frames with names of 200 characters are placed at once", () => {
    const rows = Array.from({ length: 500 }, (_, at) =>
      row(
        Array.from({ length: 10 }, (__, depth) => `${"n".repeat(190)}${at}-${depth}`),
        1 + at,
      ),
    );
    const before = performance.now();
    const boxes = layoutIcicle(buildIcicle(rows, "all"), WIDTH);
    expect(performance.now() - before).toBeLessThan(500);
    expectSound(boxes, WIDTH);
    expect(boxes.length).toBeLessThan(6_000);
  });

  it("shares the width evenly where every size is 0, and stands equal sizes by name", () => {
    const zero = layoutIcicle(buildIcicle([row(["b", "x"], 0), row(["a", "x"], 0)], "all"), 100);
    expect(
      zero.filter((box) => box.row === 1).map(({ node, x, width }) => [node?.name, x, width]),
    ).toEqual([
      ["a", 0, 50],
      ["b", 50, 50],
    ]);
    const equal = layoutIcicle(buildIcicle([row(["b", "x"], 7), row(["a", "x"], 7)], "all"), 100);
    expect(equal.filter((box) => box.row === 1).map(({ node }) => node?.name)).toEqual(["a", "b"]);
  });

  it("without a row has the root alone", () => {
    expect(layoutIcicle(buildIcicle([], "all"), 100)).toMatchObject([{ row: 0, width: 100 }]);
  });

  it("zoomed, spreads the focus and what is above it over the full width, and leaves the rest away", () => {
    const root = buildIcicle([row(["a", "b", "c"], 1), row(["a", "d"], 3), row(["e"], 9)], "all");
    const focus = root.children
      .find(({ name }) => name === "a")
      ?.children.find(({ name }) => name === "b");
    const boxes = layoutIcicle(focus ?? root, 400);
    expect(boxes.map(({ node, width }) => [node?.name, width])).toEqual([
      ["all", 400],
      ["a", 400],
      ["b", 400],
      ["c", 400],
    ]);
    expect(rowsOf(boxes)).toBe(4);
  });
});

describe("the tree of frames", () => {
  it("adds up sizes and calls on the way", () => {
    const root = buildIcicle([row(["a", "x"], 5), row(["a", "y"], 3), row(["a"], 2)], "all");
    expect(root).toMatchObject({ bytes: 10, calls: 3, value: 10 });
    expect(root.children[0]).toMatchObject({ name: "a", bytes: 10 });
    expect(root.children[0]?.rows).toHaveLength(1);
  });

  it("names the bucket where all that is below has the same, and none where not", () => {
    const root = buildIcicle(
      [row(["a", "x"], 0), row(["a", "y"], 3), row(["b", "x"], 2, { bucket: "slabUnreclaimable" })],
      "all",
    );
    const bucketOf = (name: string) => root.children.find((child) => child.name === name)?.bucket;
    expect([root.bucket, bucketOf("a"), bucketOf("b")]).toEqual([
      undefined,
      "allocpage",
      "slabUnreclaimable",
    ]);
  });

  it("in a comparison is as wide as the larger of both, growth first", () => {
    const root = buildIcicle(
      [
        row(["a", "x"], 10, { change: -30 }),
        row(["b", "x"], 20, { change: 5 }),
        row(["c", "x"], 1, { change: 0 }),
      ],
      "all",
    );
    expect(root.children.map(({ name, value, change }) => [name, value, change])).toEqual([
      ["b", 20, 5],
      ["c", 1, 0],
      ["a", 40, -30],
    ]);
  });

  it("has the same key for the same path, and finds it again", () => {
    const one = buildIcicle([row(["a", "x"], 5)], "all");
    const two = buildIcicle([row(["b"], 1), row(["a", "x"], 9)], "all");
    const key = one.children[0]?.children[0]?.key;
    expect(key).toMatch(/^[0-9a-f]{8}$/);
    const found = findNode(two, key);
    expect(found && pathTo(found).map(({ name }) => name)).toEqual(["all", "a", "x"]);
    expect(findNode(two, "ffffffff")).toBeUndefined();
  });
});

describe("arrow keys", () => {
  const root = buildIcicle([row(["a", "x"], 6), row(["a", "y"], 5), row(["b"], 4)], "all");
  const boxes = layoutIcicle(root, 300);
  const named = (name: string) => boxes.find(({ node }) => node?.name === name) as IcicleBox;
  const step = (name: string, direction: Parameters<typeof neighbourOf>[2]) =>
    neighbourOf(boxes, named(name), direction)?.node?.name;

  it("go to siblings, up, and down to the widest", () => {
    expect(step("a", "right")).toBe("b");
    expect(step("b", "left")).toBe("a");
    expect(step("y", "up")).toBe("a");
    expect(step("a", "down")).toBe("x");
    expect(step("b", "down")).toBeUndefined();
    expect(step("all", "left")).toBeUndefined();
  });
});

describe("a name in a box", () => {
  it("is whole where it fits, cut where not, and left away where nothing fits", () => {
    expect(fitText("skb_page_frag_refill", 400)).toBe("skb_page_frag_refill");
    expect(fitText("skb_page_frag_refill", 70)).toBe("skb_pag…");
    expect(fitText("skb_page_frag_refill", 20)).toBe("");
  });

  it("counts a Chinese character for two", () => {
    expect(fitText("内存分配器内存分配器", 70)).toBe("内存分…");
  });

  it("of a megabyte costs no more than a short one", () => {
    const before = performance.now();
    expect(fitText("n".repeat(1_000_000), 100)).toBe(`${"n".repeat(11)}…`);
    expect(performance.now() - before).toBeLessThan(20);
  });
});
