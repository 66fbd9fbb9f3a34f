import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { parseMemleakCheck } from "./sysak-memleak-check";

// Written from the tool's source.
const GOOD = `allocPages:339M, uslab:59M vmalloc:300M
诊断结论: 系统内存正常
`;
const MIB = 1024 ** 2;
const pages = (value: ReturnType<typeof parseMemleakCheck>["value"]) => value.allocPages.value;

describe("sysak memleak -c", () => {
  it("sizes in whole MiB; the conclusion is passed over", () => {
    const { value, skipped } = parseMemleakCheck(GOOD);
    expect(skipped).toEqual([]);
    expect(value.allocPages).toEqual({ value: 339 * MIB, line: 1 });
    expect(value.totals.fields.get("SUnreclaim")).toEqual({ value: 59 * MIB, line: 1 });
    expect(value.totals.fields.get("VmallocUsed")).toEqual({ value: 300 * MIB, line: 1 });
    expect(value.totals.rounding).toBe(3 * MIB);
  });

  it("keeps good lines next to bad ones", () => {
    const { value, skipped } = parseMemleakCheck(`insmod failed\n${GOOD}allocPages:x\n`);
    expect(pages(value)).toBe(339 * MIB);
    expect(skipped.map(({ line }) => line)).toEqual([1, 4]);
    expect(() => parseMemleakCheck("allocPages:x")).toThrow("sysak memleak -c");
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parseMemleakCheck, GOOD));
  it("is not disturbed by what stands around it", () =>
    expectNeverLost({ parse: parseMemleakCheck, good: GOOD, pick: pages }));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({ parse: parseMemleakCheck, good: GOOD, pick: pages }),
  );
});
