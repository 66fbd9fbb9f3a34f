import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "./captures.test-support";
import { parsePageTypes } from "./page-types";
import { ParseError } from "./parsed";

const CASE = "lore-driver-leak-4.5-pagetypes/page-types";

describe.skipIf(!hasCapture(CASE))("page-types of 4.5", () => {
  const { value, skipped } = parsePageTypes(hasCapture(CASE) ? readCapture(CASE) : "");

  it("gives page frames by flags, those without a flag as well", () => {
    expect(skipped).toEqual([]);
    expect(value[0]).toEqual({ flags: [], pages: 1_007_923, line: 2 });
    expect(value.find(({ flags }) => flags.join() === "slab")?.pages).toBe(10_471);
    expect(value.find(({ pages }) => pages === 380)?.flags).toEqual([
      ..."uptodate,dirty,lru,mmap,anonymous,swapbacked".split(","),
    ]);
  });
});

describe("page-types", () => {
  it("refuses other text, and reads a long line in linear time", () => {
    expect(() => parsePageTypes("MemTotal: 1 kB\n")).toThrow(ParseError);
    const long = `0x0000000000000000\t1 0 ${"_".repeat(10_000_000)}`;
    const { value, skipped } = parsePageTypes(`0x0000000000000020 32 0 _____l___ lru\n${long}`);
    expect(value).toHaveLength(1);
    expect(skipped).toHaveLength(1);
  });
});
