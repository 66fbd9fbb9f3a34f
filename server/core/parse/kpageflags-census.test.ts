import { describe, expect, it } from "vitest";
import { readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { type KpageflagsCensus, parseKpageflagsCensus } from "./kpageflags-census";
import { ParseError } from "./parsed";

const KIB = 1024;

describe("kpageflags census", () => {
  it("compound pages that nobody owns, in bytes by order (6.1)", () => {
    const { value, skipped } = parseKpageflagsCensus(
      readFixture("guest-6.1-virtio-incident/kpageflags"),
    );
    expect(skipped).toEqual([]);
    expect(value.nobodyByOrder.get(3)).toEqual({ bytes: 466_016 * KIB, line: 4 });
    expect([...value.nobodyByOrder.keys()]).toEqual([2, 3, 4, 5, 6, 8]);
  });

  it("order 0 is left out: it holds what other counters own", () => {
    const { value } = parseKpageflagsCensus("nobody, order 0 (incl. pcp lists): 31572 KiB");
    expect(value.nobodyByOrder.size).toBe(0);
  });

  it("a tool's error is an error", () => {
    expect(() => parseKpageflagsCensus("/proc/kpageflags: Permission denied")).toThrow(ParseError);
  });

  const good = "nobody, compound order 3: 116504 pages = 466016 KiB";
  const pick = (value: KpageflagsCensus) => value.nobodyByOrder.get(3)?.bytes;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseKpageflagsCensus, good));
  it("a good line is never lost", () =>
    expectNeverLost({ parse: parseKpageflagsCensus, good, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseKpageflagsCensus, good, pick }),
    5000,
  );
});
