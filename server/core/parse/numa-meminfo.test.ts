import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { type NumaMeminfo, parseNumaMeminfo } from "./numa-meminfo";
import { ParseError } from "./parsed";

const KIB = 1024;

describe("meminfo of a NUMA node", () => {
  it("is read whole, in bytes (6.1)", () => {
    const file = "guest-6.1-virtio-incident/sys/devices/system/node/node0/meminfo";
    const { value, skipped } = parseNumaMeminfo(readFixture(file));
    expect(skipped).toEqual([]);
    expect([...value.keys()]).toEqual([0]);
    expect(value.get(0)?.size).toBe(36);
    expect(value.get(0)?.get("MemTotal")).toEqual({ value: 2_974_936 * KIB, line: 1 });
    expect(value.get(0)?.get("FilePages")?.value).toBe(118_472 * KIB);
  });

  const folder = "pcp-vm-7g8-510/sys/devices/system/node";
  it.skipIf(!hasCapture(folder))("two nodes in one text stay apart", () => {
    const text = [0, 1].map((node) => readCapture(`${folder}/node${node}/meminfo`)).join("");
    const { value } = parseNumaMeminfo(text);
    expect(value.get(0)?.get("MemTotal")?.value).toBe(4_060_992 * KIB);
    expect(value.get(1)?.get("MemTotal")?.value).toBe(4_080_736 * KIB);
  });

  it("lines without a node are reported, not guessed", () => {
    const { value, skipped } = parseNumaMeminfo("MemTotal: 1 kB\nNode 3 MemFree: 2 kB");
    expect([...value.keys()]).toEqual([3]);
    expect(skipped).toEqual([{ line: 1, text: "MemTotal: 1 kB" }]);
    expect(() => parseNumaMeminfo("MemTotal: 1 kB")).toThrow(ParseError);
  });

  it("the first of two equal lines counts", () => {
    const { value, skipped } = parseNumaMeminfo("Node 0 Slab: 1 kB\nNode 0 Slab: 2 kB");
    expect(value.get(0)?.get("Slab")?.value).toBe(KIB);
    expect(skipped).toHaveLength(1);
  });

  const good = "Node 7 MemTotal:        2974936 kB";
  const pick = (value: NumaMeminfo) => value.get(7)?.get("MemTotal")?.value;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseNumaMeminfo, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseNumaMeminfo, good, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseNumaMeminfo, good, pick }),
    5000,
  );
});
