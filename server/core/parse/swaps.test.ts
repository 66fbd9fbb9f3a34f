import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseSwaps, type SwapDevice } from "./swaps";

const KIB = 1024;

describe("swaps", () => {
  const capture = "procsnap-ubuntu1404-3.13/proc/swaps";
  it.skipIf(!hasCapture(capture))("the kernel's table is in KiB (3.13)", () => {
    const { value, skipped } = parseSwaps(readCapture(capture));
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(1);
    expect(value[0]).toMatchObject({ type: "partition" });
    expect((value[0]?.size ?? 0) % KIB).toBe(0);
  });

  it("swapon prints bytes, or rounded sizes", () => {
    const heading = "NAME      TYPE      SIZE USED PRIO\n";
    expect(parseSwaps(`${heading}/dev/sda2 partition 8589930496 12288 -2`).value[0]).toEqual({
      ...{ line: 2, name: "/dev/sda2", type: "partition", size: 8_589_930_496, used: 12_288 },
    });
    expect(parseSwaps(`${heading}/swapfile file 2G 1.5M -2`).value[0]).toMatchObject({
      size: 2 * KIB ** 3,
      used: 1.5 * KIB ** 2,
    });
  });

  it("the heading alone is a node without swap, other text an error", () => {
    expect(parseSwaps("Filename\t\t\t\tType\t\tSize\tUsed\tPriority").value).toEqual([]);
    expect(() => parseSwaps("a b c")).toThrow(ParseError);
  });

  const good = "/dev/dm-1 partition 8388604 12288 -2";
  const pick = (devices: readonly SwapDevice[]) => devices.map((device) => device.used);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseSwaps, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseSwaps, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse: parseSwaps, good, pick }), 5000);
});
