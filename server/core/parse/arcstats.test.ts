import { describe, expect, it } from "vitest";
import { type Arcstats, parseArcstats } from "./arcstats";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";

/** Written from the layout of module/os/linux/spl/spl-kstat.c; the numbers are made up. */
const ARCSTATS = `13 1 0x01 147 39984 8226311234 5190361265163
name                            type data
hits                            4    4170212
c_max                           4    33689038848
size                            4    31138512384
data_size                       4    28051210240
`;

describe("arcstats", () => {
  it("every number by its name, with its line", () => {
    const { value, skipped } = parseArcstats(ARCSTATS);
    expect(skipped).toEqual([]);
    expect(value.get("size")).toEqual({ value: 31_138_512_384, line: 5 });
    expect(value.size).toBe(4);
  });

  it("a kstat line of text is no number", () => {
    expect(() => parseArcstats("name 7 zfs")).toThrow(ParseError);
  });

  const good = "size                            4    31138512384";
  const pick = (value: Arcstats) => value.get("size")?.value;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseArcstats, ARCSTATS));
  it("a good line is never lost", () => expectNeverLost({ parse: parseArcstats, good, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseArcstats, good, pick }),
    5000,
  );
});
