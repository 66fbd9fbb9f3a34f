import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { parseDmidecode, parseIomem, parseLsmem } from "./installed-memory";
import { type Measured, ParseError } from "./parsed";

const GIB = 1024 ** 3;

describe("installed memory", () => {
  const lsmem =
    "hotsos-k8s-worker-2004/sos_commands/memory/lsmem_-a_-o_RANGE_SIZE_STATE_REMOVABLE_ZONES_NODE_BLOCK";
  it.skipIf(!hasCapture(lsmem))("lsmem adds up what is online and offline", () => {
    expect(parseLsmem(readCapture(lsmem)).value.value).toBe(4 * GIB);
  });

  // Written from the tools' layouts; the numbers are made up.
  it("dmidecode's modules, empty sockets and caches left out", () => {
    const text =
      "Handle 0x0007, DMI type 7, 19 bytes\nCache Information\n\tSize: 512 kB\nHandle 0x1100, DMI type 17, 84 bytes\nMemory Device\n\tSize: 16 GB\n\tVolatile Size: 16 GB\nHandle 0x1101, DMI type 17, 84 bytes\nMemory Device\n\tSize: No Module Installed\nHandle 0x1102, DMI type 17, 84 bytes\nMemory Device\n\tSize: 16384 MB\n";
    expect(parseDmidecode(text).value).toEqual({ value: 32 * GIB, line: 6 });
  });

  it("iomem's ranges of System RAM; zeros are what nobody but root sees", () => {
    const text =
      "00000000-00000fff : Reserved\n100000000-13fffffff : System RAM\n  12e000000-13fffffff : Crash kernel\n";
    expect(parseIomem(text).value).toEqual({ value: GIB, line: 2 });
    expect(() => parseIomem("00000000-00000000 : System RAM")).toThrow(ParseError);
  });

  const pick = (value: Measured) => value.value;
  it.each([
    ["lsmem", parseLsmem, "Total online memory:      16G"],
    ["dmidecode", parseDmidecode, "Memory Device\nSize: 16 GB"],
    ["iomem", parseIomem, "00100000-bffdffff : System RAM"],
  ])("%s: hostile text", (_name, parse, good) => {
    expectOnlyParseErrors(parse, good);
    expectNeverLost({ parse, good, pick });
    expectLinear({ parse, good, pick });
  });
});
