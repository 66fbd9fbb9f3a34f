import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { parseVmstatTotals } from "./vmstat-totals";

// Printed by procps-ng 4.0.2.
const GOOD = `     24684100 K total memory
      1401052 K used memory
      1576320 K active memory
      3417424 K inactive memory
     17284472 K free memory
       136720 K buffer memory
      6212132 K swap cache
            0 K total swap
            0 K used swap
            0 K free swap
       821917 non-nice user cpu ticks
         1118 IO-wait cpu ticks
      4964813 K paged in
            0 pages swapped in
     14617066 interrupts
     39889333 CPU context switches
   1795589960 boot time
       345461 forks
`;
const total = (value: ReturnType<typeof parseVmstatTotals>["value"]) =>
  value.fields.get("MemTotal")?.value;

describe("vmstat -s", () => {
  it("totals in bytes; the swap cache is the page cache", () => {
    const { value, skipped } = parseVmstatTotals(GOOD);
    expect(skipped).toEqual([]);
    expect(Object.fromEntries([...value.fields].map(([name, of]) => [name, of.value]))).toEqual({
      ...{ MemTotal: 24_684_100 * 1024, MemFree: 17_284_472 * 1024, Buffers: 136_720 * 1024 },
      ...{ Cached: 6_212_132 * 1024, SwapTotal: 0, SwapFree: 0 },
    });
    expect(value.rounding).toBe(0);
  });

  it("-S M is rounded", () => {
    const { fields, rounding } = parseVmstatTotals(
      "  24105 M total memory\n 100 M free memory",
    ).value;
    expect(fields.get("MemTotal")?.value).toBe(24_105 * 1024 ** 2);
    expect(rounding).toBe(2 * 1024 ** 2);
  });

  it("keeps good lines next to bad ones; without free memory there are no totals", () => {
    const { value, skipped } = parseVmstatTotals(`nonsense\n${GOOD}12 K of what\n`);
    expect(value.fields.size).toBe(6);
    expect(skipped.map(({ line }) => line)).toEqual([1, 20]);
    expect(() => parseVmstatTotals("24684100 K total memory")).toThrow("vmstat -s");
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parseVmstatTotals, GOOD));
  it("is not disturbed by what stands around it", () =>
    expectNeverLost({ parse: parseVmstatTotals, good: GOOD, pick: total }));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({ parse: parseVmstatTotals, good: GOOD, pick: total }),
  );
});
