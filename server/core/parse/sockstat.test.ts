import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseSockstat, type Sockstat } from "./sockstat";

describe("sockstat", () => {
  it("keeps TCP mem in pages, with its line", () => {
    const { value, skipped } = parseSockstat(
      readFixture("live-memsnap-incident/proc/net/sockstat"),
    );
    expect(skipped).toEqual([]);
    expect(value.get("TCP.mem")).toEqual({ value: 4939, line: 2 });
    expect(value.get("TCP.alloc")?.value).toBe(142);
    expect(value.get("sockets.used")).toEqual({ value: 143, line: 1 });
    expect(value.get("FRAG.memory")?.value).toBe(0);
  });

  it("reads sockstat6, which has no memory", () => {
    const { value } = parseSockstat(readFixture("live-memsnap-incident/proc/net/sockstat6"));
    expect(value.get("TCP6.inuse")?.value).toBe(0);
    expect(value.has("TCP6.mem")).toBe(false);
  });

  it.skipIf(!hasCapture(""))("leaves out what an older kernel did not print", () => {
    const { value } = parseSockstat(readCapture("procsnap-ubuntu1404-3.13/proc/1/net/sockstat"));
    expect(value.get("TCP.mem")?.value).toBe(8);
    expect(value.get("UDP.mem")?.value).toBe(4);
  });

  it("reports a damaged line and keeps the rest", () => {
    const { value, skipped } = parseSockstat("sockets: used\nTCP: inuse 1 mem 7\r\n");
    expect(value.get("TCP.mem")).toEqual({ value: 7, line: 2 });
    expect(skipped).toEqual([{ line: 1, text: "sockets: used" }]);
  });

  it("refuses text of another kind", () => {
    expect(() => parseSockstat("cat: /proc/net/sockstat: No such file")).toThrow(ParseError);
  });

  const hostile = {
    parse: parseSockstat,
    good: "TCP: inuse 133 orphan 0 tw 2 alloc 142 mem 4939",
    pick: (value: Sockstat) => value.get("TCP.mem")?.value,
  };
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseSockstat));
  it("never loses a line among garbage", () => expectNeverLost(hostile));
  it("reads lines of 10 MB in linear time", () => expectLinear(hostile), 20_000);
});
