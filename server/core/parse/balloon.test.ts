import { describe, expect, it } from "vitest";
import { type Balloon, parseBalloon } from "./balloon";
import { hasCapture, readCapture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";

const KIB = 1024;
const parse = (text: string) => parseBalloon(text, 4096);
const held = (text: string) => [parse(text).value.driver, parse(text).value.ballooned.value];

describe("balloon", () => {
  const vmware =
    "gh-xsos-286-vmware-balloon/sos_commands/vmware/vmware-toolbox-cmd_stat_raw_text_resources";
  it.skipIf(!hasCapture(vmware))("of VMware's tools, in kB", () => {
    expect(parse(readCapture(vmware)).value).toEqual({
      driver: "vmware",
      ballooned: { value: 16_712_052 * KIB, line: 1 },
    });
  });

  // Written from drivers/misc/vmw_balloon.c before and since 4.20; the numbers are made up.
  it.each([
    "target:                 4178013 pages\ncurrent:                4178013 pages\nrateNoSleepAlloc:      16384 pages/sec\n\ntarget:                   12 (   0 failed)\n",
    "balloon capabilities  :               1e\ntarget                : 4178013\ncurrent               : 4178013\n",
  ])("of VMware's driver, in pages", (text) => {
    expect(held(text)).toEqual(["vmware", 4_178_013 * 4096]);
    expect(parse(text).value.target?.value).toBe(4_178_013 * 4096);
  });

  it("of Hyper-V, in the hypervisor's pages of 4 KiB", () => {
    const text =
      "state                 : 1 (Initialized)\npage_size             : 65536\npages_ballooned       : 1000\n";
    expect(parseBalloon(text, 65_536).value.ballooned).toEqual({ value: 4_096_000, line: 3 });
  });

  it("of Xen: low and high memory together, or what is still asked back", () => {
    const old = "Current allocation:  1048576 kB\nRequested target:     524288 kB\n";
    expect(held(old)).toEqual(["xen", 524_288 * KIB]);
    const lines = "Low-mem balloon:       100 kB\nHigh-mem balloon:       28 kB\n";
    expect(held(`${old}${lines}Xen hard limit:         ??? kB`)).toEqual(["xen", 128 * KIB]);
  });

  it("settings alone say nothing", () => {
    expect(() => parse("guest.mem.reservation = 0")).toThrow(ParseError);
  });

  const good = "guest.mem.ballooned = 16712052";
  const pick = (value: Balloon) => value.ballooned.value;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parse, good));
  it("a good line is never lost", () => expectNeverLost({ parse, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse, good, pick }), 5000);
});
