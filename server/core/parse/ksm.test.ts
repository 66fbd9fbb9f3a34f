import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { type Ksm, parseKsm } from "./ksm";
import { ParseError } from "./parsed";

describe("ksm", () => {
  it("every file is a number by its name; the profit may be negative", () => {
    const { value } = parseKsm(
      "/sys/kernel/mm/ksm/pages_sharing:184320\n/sys/kernel/mm/ksm/general_profit:-640\n",
    );
    expect(value.get("pages_sharing")).toEqual({ value: 184_320, line: 1 });
    expect(value.get("general_profit")?.value).toBe(-640);
  });

  it("files of another folder are not of this format", () => {
    expect(() => parseKsm("/sys/kernel/mm/lru_gen/enabled:0x0007")).toThrow(ParseError);
  });

  const good = "/sys/kernel/mm/ksm/pages_shared:12";
  const pick = (value: Ksm) => value.get("pages_shared")?.value;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseKsm, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseKsm, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse: parseKsm, good, pick }), 5000);
});
