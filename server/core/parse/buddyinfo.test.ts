import { describe, expect, it } from "vitest";
import { type BuddyZone, parseBuddyinfo } from "./buddyinfo";
import { readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";

describe("buddyinfo", () => {
  it("is read whole, order 0 first (6.18)", () => {
    const { value, skipped } = parseBuddyinfo(readFixture("live-memsnap-incident/proc/buddyinfo"));
    expect(skipped).toEqual([]);
    expect(value.map((zone) => zone.zone)).toEqual(["DMA", "DMA32", "Normal"]);
    expect(value[2]).toEqual({
      ...{ numaNode: 0, zone: "Normal", line: 3 },
      freeBlocks: [2271, 4248, 3591, 1706, 1282, 230, 21, 24, 38, 1, 12],
    });
  });

  it("kernels with larger pages have more orders", () => {
    const orders = Array.from({ length: 14 }, (_, order) => order);
    const { value } = parseBuddyinfo(`Node 1, zone  DMA ${orders.join("  ")}`);
    expect(value[0]?.freeBlocks).toEqual(orders);
  });

  it("a zone line with a word among the counts is reported", () => {
    const { value, skipped } = parseBuddyinfo("Node 0, zone DMA 1 x 2\nNode 0, zone Normal 1 2");
    expect(value.map((zone) => zone.zone)).toEqual(["Normal"]);
    expect(skipped.map((line) => line.line)).toEqual([1]);
    expect(() => parseBuddyinfo("Node 0, zone DMA")).toThrow(ParseError);
  });

  const good = "Node 1, zone   Normal   2271   4248";
  const pick = (zones: readonly BuddyZone[]) => zones.map((zone) => zone.freeBlocks);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseBuddyinfo, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseBuddyinfo, good, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseBuddyinfo, good, pick }),
    5000,
  );
});
