import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { parseVmstatSlab } from "./vmstat-slab";

// Printed by procps-ng 4.0.2 on 6.18; the sizes below are those of its slabinfo at that moment.
const GOOD = `Cache                       Num  Total   Size  Pages
MPTCP                         0      0   1984     16
kmalloc-4k                  336    336   4096      8
kmalloc-1k                  767    880   1024     16
dentry                   8648361 8650446    192     21
`;
const parse = (text: string) => parseVmstatSlab(text, 4096);

describe("vmstat -m", () => {
  it("sizes by objects of a slab: what slabinfo says of pages", () => {
    const { value, skipped } = parse(GOOD);
    expect(skipped).toEqual([]);
    expect(value.map(({ name, slabs, pagesPerSlab }) => [name, slabs, pagesPerSlab])).toEqual([
      ["MPTCP", 0, 8],
      ["kmalloc-4k", 42, 8],
      ["kmalloc-1k", 55, 4],
      ["dentry", 411_926, 1],
    ]);
    expect(value[3]).toMatchObject({
      ...{ activeObjects: 8_648_361, objects: 8_650_446, objectSize: 192, line: 5 },
      bytes: 411_926 * 4096,
    });
  });

  it("the heading of each screen is no row; good lines stay next to bad ones", () => {
    const { value, skipped } = parse(`${GOOD}${GOOD}broken 1 2 x 3\nempty 1 2 3 0\n`);
    expect(value).toHaveLength(8);
    expect(skipped.map(({ line }) => line)).toEqual([11, 12]);
    expect(() => parse("Your kernel doesn't support slabinfo")).toThrow("vmstat -m");
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parse, GOOD));
  it("is not disturbed by what stands around it", () =>
    expectNeverLost({ parse, good: GOOD, pick: (value) => value.map(({ bytes }) => bytes) }));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({ parse, good: GOOD, pick: (value) => value.length }),
  );
});
