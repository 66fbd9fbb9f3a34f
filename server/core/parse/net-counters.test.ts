import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { type NetCounters, parseNetCounters } from "./net-counters";
import { ParseError } from "./parsed";

describe("net counters", () => {
  it("pairs names with numbers, with the line of the number", () => {
    const { value, skipped } = parseNetCounters(
      readFixture("live-memsnap-incident/proc/net/netstat"),
    );
    expect(skipped).toEqual([]);
    expect(value.get("TcpExt.PruneCalled")).toEqual({ value: 3416, line: 2 });
    expect(value.get("TcpExt.TCPRcvCoalesce")?.value).toBe(47525);
    expect(value.get("IpExt.InOctets")?.line).toBe(4);
  });

  it("reads snmp the same way", () => {
    const { value, skipped } = parseNetCounters(readFixture("live-memsnap-incident/proc/net/snmp"));
    expect(skipped).toEqual([]);
    expect(value.get("Tcp.MaxConn")?.value).toBe(-1);
    expect(value.get("Ip.InReceives")?.value).toBe(195045);
  });

  it.skipIf(!hasCapture(""))("has no counter that an older kernel did not print", () => {
    const { value } = parseNetCounters(readCapture("procsnap-ubuntu1404-3.13/proc/1/net/netstat"));
    expect(value.get("TcpExt.TCPRcvCoalesce")?.value).toBe(98087);
    expect(value.has("TcpExt.TCPRcvQDrop")).toBe(false);
  });

  it("reads the common part when one of the two lines was cut", () => {
    const { value } = parseNetCounters("TcpExt: PruneCalled RcvPruned OfoPruned\nTcpExt: 4 5\n");
    expect([...value.keys()]).toEqual(["TcpExt.PruneCalled", "TcpExt.RcvPruned"]);
  });

  it("reports numbers without names and refuses text without a pair", () => {
    const { skipped } = parseNetCounters("Udp: 1 2\nTcp: A B\nTcp: 1 2\n");
    expect(skipped).toEqual([{ line: 1, text: "Udp: 1 2" }]);
    expect(() => parseNetCounters("Ip:\n    3405107 total packets received\n")).toThrow(ParseError);
  });

  const hostile = {
    parse: parseNetCounters,
    good: "TcpExt: PruneCalled RcvPruned\nTcpExt: 12 0",
    pick: (value: NetCounters) => value.get("TcpExt.PruneCalled")?.value,
  };
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseNetCounters));
  it("never loses a pair among garbage", () => expectNeverLost(hostile));
  it("reads lines of 10 MB in linear time", () => expectLinear(hostile), 20_000);
});
