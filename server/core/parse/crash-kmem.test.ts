import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "./captures.test-support";
import { parseCrashKmem } from "./crash-kmem";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";

const GOOD =
  "    TOTAL MEM  998421       3.8 GB         ----\n         FREE   902099       3.4 GB   90% of TOTAL MEM";
const parse = (text: string) => parseCrashKmem(text, 4096);
const total = (value: ReadonlyMap<string, { value: number }>) => value.get("MemTotal")?.value;

describe("crash kmem -i", () => {
  const capture = "blog-crash-kmem-i-125g-el7/crash-kmem-i.txt";
  it.skipIf(!hasCapture(capture))("pages are exact; sums and views are left out", () => {
    const { value, skipped } = parse(readCapture(capture));
    expect(skipped).toEqual([]);
    expect(value.get("MemTotal")).toEqual({ value: 32_871_402 * 4096, line: 2 });
    expect(value.get("Cached")).toEqual({ value: 6_046_066 * 4096, line: 7 });
    expect(value.get("Hugetlb")?.value).toBe(0);
    // SHARED counts pages with several users: it is not the shared memory of meminfo.
    expect(value.has("Shmem")).toBe(false);
    expect(value.has("AnonPages")).toBe(false);
  });

  it("without TOTAL MEM nothing is said", () => {
    expect(() => parse("FREE 5 20 KB 0% of TOTAL MEM")).toThrow(ParseError);
    expect(() => parse("kmem: invalid structure size")).toThrow(ParseError);
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parse, GOOD));
  it("is not disturbed by what stands around it", () =>
    expectNeverLost({ parse, good: GOOD, pick: total }));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({ parse, good: GOOD, pick: total }),
  );
});
