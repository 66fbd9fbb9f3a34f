import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "./captures.test-support";
import { expectLinear, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseXsos } from "./xsos";

const GIB = 1024 ** 3;
// Layout of xsos 0.7, numbers made for the test.
const GOOD = `MEMORY
  Stats graphed as percent of MemTotal:
    MemUsed    ▊▊▊▊▊▊▊▊▊▊  50.0%
  RAM:
    2 GiB total ram
    1 GiB (50%) used
    0.5 GiB (25%) used excluding Buffers/Cached
    0.01 GiB (1%) dirty
  HugePages:
    No ram pre-allocated to HugePages
  LowMem/Slab/PageTables/Shmem/Percpu:
    0.25 GiB (12%) of total ram used for Slab
    0.01 GiB (1%) of total ram used for Percpu
  Swap:
    0 GiB (0%) used of 2 GiB total
`;

describe("xsos", () => {
  it("free memory and the cache are differences", () => {
    const { value, skipped } = parseXsos(GOOD);
    expect(skipped).toEqual([]);
    expect(
      Object.fromEntries([...value.fields].map(([name, field]) => [name, field.value])),
    ).toEqual({
      ...{ MemTotal: 2 * GIB, MemFree: GIB, Cached: GIB / 2, Slab: GIB / 4 },
      Percpu: Math.round(GIB / 100),
    });
  });

  const capture = "gh-xsos-286-vmware-balloon/xsos-mem.txt";
  it.skipIf(!hasCapture(capture))("an excerpt from an issue", () => {
    const { value, skipped } = parseXsos(readCapture(capture));
    expect(skipped).toEqual([]);
    expect(value.fields.get("Cached")?.value).toBeCloseTo(6.8 * GIB, -3);
  });

  it("the first versions wrote the total otherwise", () => {
    const { value } = parseXsos(
      "99.8g total [51.1g (51%) used]\n11.4g (11%) used excluding buffers/cache",
    );
    expect(value.fields.get("MemFree")?.value).toBeCloseTo(48.7 * GIB, -3);
  });

  it("without the total nothing is said", () => {
    expect(() => parseXsos("1 GiB (50%) used")).toThrow(ParseError);
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parseXsos, GOOD));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({ parse: parseXsos, good: GOOD, pick: (value) => value.fields.size }),
  );
});
