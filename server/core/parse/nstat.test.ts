import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { parseNstat } from "./nstat";

// Printed by `nstat -az` of iproute2 6.1, shortened.
const GOOD = `#kernel
IpInReceives                    9805082            0.0
IcmpMsgInType3                  1                  0.0
TcpExtPruneCalled               287                0.0
TcpExtTCPRcvCollapsed           771167             0.0
IpExtInOctets                   865450302          0.0
`;

describe("nstat", () => {
  it("the group is parted from the name", () => {
    const { value, skipped } = parseNstat(GOOD);
    expect([...value].map(([name, { value: count }]) => [name, count])).toEqual([
      ["Ip.InReceives", 9_805_082],
      ["IcmpMsg.InType3", 1],
      ["TcpExt.PruneCalled", 287],
      ["TcpExt.TCPRcvCollapsed", 771_167],
      ["IpExt.InOctets", 865_450_302],
    ]);
    expect(value.get("TcpExt.TCPRcvCollapsed")?.line).toBe(5);
    expect(skipped).toEqual([]);
  });

  it("keeps good lines next to bad ones", () => {
    const { value, skipped } = parseNstat(`${GOOD}TcpExtTCPBacklogDrop  many  0.0\n`);
    expect(value.size).toBe(5);
    expect(skipped.map(({ line }) => line)).toEqual([7]);
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parseNstat, GOOD));
  it("is not disturbed by what stands around it", () =>
    expectNeverLost({ parse: parseNstat, good: GOOD, pick: (value) => [...value.keys()] }));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({ parse: parseNstat, good: GOOD, pick: (value) => value.size }),
  );
});
