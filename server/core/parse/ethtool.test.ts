import { describe, expect, it } from "vitest";
import { parseEthtool } from "./ethtool";
import { ParseError } from "./parsed";

// Hand-written in the layout of ethtool 6.1: the machines at hand have no card with rings of its own.
const RINGS = `Ring parameters for eth0:
Pre-set maximums:
RX:			8160
RX Mini:		n/a
TX:			8160
Current hardware settings:
RX:			4096
RX Mini:		n/a
TX:			2048
RX Buf Len:		n/a
`;
const CHANNELS = `Channel parameters for eth0:
Pre-set maximums:
RX:		n/a
TX:		n/a
Combined:	64
Current hardware settings:
RX:		n/a
TX:		n/a
Other:		1
Combined:	16
`;

describe("ethtool", () => {
  it("gives what is in force, not what is possible", () => {
    expect(parseEthtool(RINGS).value).toEqual([{ name: "eth0", line: 7, rxEntries: 4096 }]);
    expect(parseEthtool(CHANNELS).value).toEqual([{ name: "eth0", line: 1, channels: 16 }]);
  });

  it("of several cards in one text gives each its own", () => {
    const both = parseEthtool(RINGS + RINGS.replaceAll("eth0", "eth1").replace("4096", "512"));
    expect(both.value.map(({ name, rxEntries }) => [name, rxEntries])).toEqual([
      ["eth0", 4096],
      ["eth1", 512],
    ]);
  });

  it("-i names the driver; the interface stands in the file's name", () => {
    const { value } = parseEthtool("driver: ice\nversion: 6.15.4\nfirmware-version: 4.40\n", "p1");
    expect(value).toEqual([{ name: "p1", line: 1, driver: "ice" }]);
  });

  it("refuses an error message, and reads a long line in linear time", () => {
    expect(() => parseEthtool("netlink error: Operation not supported\n")).toThrow(ParseError);
    const { skipped } = parseEthtool(`${RINGS}RX:${" ".repeat(10_000_000)}x`);
    expect(skipped).toHaveLength(1);
  });
});
