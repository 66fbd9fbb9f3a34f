import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { parseNumastat } from "./numastat";
import { ParseError } from "./parsed";

const MIB = 1024 ** 2;
const GOOD =
  "          Node 0  Total\n        -------  -----\nMemTotal     5978   5978\nMemFree      3575   3575\n";
const total = (value: {
  numaMeminfo: ReadonlyMap<number, ReadonlyMap<string, { value: number }>>;
}) => value.numaMeminfo.get(0)?.get("MemTotal")?.value;

describe("numastat -m", () => {
  const capture = "lore-ice-lag-numa-6.6.10/vanilla/sos_commands/numa/numastat_-m";
  it.skipIf(!hasCapture(capture))(
    "eight nodes in two blocks; the sum over them is passed over",
    () => {
      const { value, skipped } = parseNumastat(readCapture(capture));
      expect(skipped).toEqual([]);
      expect([...value.numaMeminfo.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(value.numaMeminfo.get(0)?.get("MemFree")?.value).toBe(Math.round(127.52 * MIB));
      expect(value.numaMeminfo.get(4)?.get("MemTotal")?.value).toBe(Math.round(32_701.88 * MIB));
      expect(value.roundedTo).toBe(MIB / 100);
    },
  );

  it("huge pages are counts again, of 2 MiB", () => {
    const { value } = parseNumastat(`${GOOD}HugePages_Total 100 100`);
    expect(value.numaMeminfo.get(0)?.get("HugePages_Total")?.value).toBe(50);
  });

  it("-c prints whole megabytes; what numastat does not know is no row", () => {
    const { value, skipped } = parseNumastat(
      `Per-node system memory usage (in MBs):\nToken SwapCached not in hash table.\n${GOOD}`,
    );
    expect(skipped).toEqual([]);
    expect(value.roundedTo).toBe(MIB);
    expect(total(value)).toBe(5978 * MIB);
  });

  it("a row without its heading says nothing", () => {
    expect(() => parseNumastat("MemTotal 5978 5978")).toThrow(ParseError);
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parseNumastat, GOOD));
  it("is not disturbed by what stands around it", () =>
    expectNeverLost({ parse: parseNumastat, good: GOOD, pick: total }));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({ parse: parseNumastat, good: GOOD, pick: total }),
  );
});
