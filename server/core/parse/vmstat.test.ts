import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseVmstat, type Vmstat } from "./vmstat";

describe("vmstat", () => {
  it("is read whole, in the counter's own unit (6.18)", () => {
    const { value, skipped } = parseVmstat(readFixture("live-memsnap-incident/proc/vmstat"));
    expect(skipped).toEqual([]);
    expect(value.size).toBe(192);
    expect(value.get("nr_free_pages")).toEqual({ value: 870_384, line: 1 });
    expect(value.get("nr_foll_pin_acquired")).toEqual({ value: 131_395, line: 52 });
  });

  const nameless = "pcp-vm-3g7/sys/devices/system/node/node0/vmstat";
  it.skipIf(!hasCapture(nameless))("a counter that lost its name (RHEL 8) is reported", () => {
    const { value, skipped } = parseVmstat(readCapture(nameless));
    expect(value.size).toBe(46);
    expect(skipped).toEqual([{ line: 47, text: " 176096" }]);
  });

  it("a counter below zero is kept as printed", () => {
    const { value } = parseVmstat("nr_isolated_anon 18446744073709551615\nnr_dirty -3");
    expect(value.get("nr_isolated_anon")?.value).toBe(2 ** 64);
    expect(value.get("nr_dirty")?.value).toBe(-3);
  });

  it("the table of the vmstat command is not the file", () => {
    expect(() => parseVmstat(" r  b   swpd   free\n 1  0      0 6184180")).toThrow(ParseError);
  });

  const good = "nr_zspages 4711";
  const pick = (value: Vmstat) => value.get("nr_zspages")?.value;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseVmstat, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseVmstat, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse: parseVmstat, good, pick }));
});
