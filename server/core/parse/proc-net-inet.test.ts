import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseProcNetInet } from "./proc-net-inet";
import type { SocketRow } from "./socket";

const ROW =
  "0: 0100007F:46A0 0100007F:ABDE 01 00000010:00006B08 00:00000000 00000002 65534        0 318575 1 00000000acb3d488 20 8 0 11 -1";

const parseTcp = (text: string) => parseProcNetInet(text, "tcp");

describe("/proc/net tables of internet sockets", () => {
  it("agree with ss on the stopped nginx worker's sockets", () => {
    const { value, skipped } = parseTcp(readFixture("live-memsnap-incident/proc/net/tcp"));
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(135);
    const unread = value.filter((row) => (row.recvQ ?? 0) > 0);
    expect(unread).toHaveLength(94);
    expect(value.find((row) => row.inode === 318575)).toEqual({
      family: "tcp",
      type: "tcp",
      state: "ESTAB",
      local: "127.0.0.1:18080",
      peer: "127.0.0.1:43998",
      recvQ: 27400,
      sendQ: 0,
      inode: 318575,
      uid: 65534,
      info: new Map([["retrnsmt", 0]]),
      users: [],
      line: 45,
    });
  });

  it("leave the send queue of a listener out, which the kernel always prints as 0", () => {
    const { value } = parseTcp(readFixture("live-memsnap-incident/proc/net/tcp"));
    expect(value[0]).toMatchObject({
      state: "LISTEN",
      local: "127.0.0.1:18080",
      peer: "0.0.0.0:*",
    });
    expect(value[0]).not.toHaveProperty("sendQ");
  });

  it("have drops for udp", () => {
    const { value } = parseProcNetInet(
      readFixture("live-memsnap-incident/proc/net/udp").replace(/0$/m, "75818"),
      "udp",
    );
    expect(value[0]).toMatchObject({ family: "udp", state: "UNCONN", drops: 75818, inode: 313590 });
  });

  it.skipIf(!hasCapture(""))("are read for IPv6 on 3.13", () => {
    const text = readCapture("procsnap-ubuntu1404-3.13/proc/1/net/tcp6");
    const { value, skipped } = parseProcNetInet(text, "tcp6");
    expect(skipped).toEqual([]);
    expect(value.map((row) => row.local).slice(2, 5)).toEqual(["[::]:22", "[::1]:631", "[::1]:25"]);
  });

  it.each([
    ["0000000000000000FFFF00000100007F:0050", "127.0.0.1:80"],
    ["B80D01200000000000000000010000FF:0050", "[2001:db8::ff00:1]:80"],
    ["00000000000000000000000000000000:0000", "[::]:*"],
  ])("decode %s as %s", (hex, shown) => {
    const { value } = parseProcNetInet(ROW.replace("0100007F:46A0", hex), "tcp6");
    expect(value[0]?.local).toBe(shown);
  });

  it("keep retransmits and the send queue, both hex", () => {
    const { value } = parseTcp(ROW);
    expect(value[0]?.sendQ).toBe(16);
    expect(value[0]?.info.get("retrnsmt")).toBe(2);
  });

  it("are empty when there is only the header", () => {
    expect(parseTcp("  sl  local_address rem_address   st tx_queue rx_queue\n").value).toEqual([]);
  });

  it("are not read from other text, and a cut row is reported", () => {
    expect(() => parseTcp("")).toThrow(ParseError);
    const { value, skipped } = parseTcp(`${ROW}\n${ROW.slice(0, 50)}`);
    expect(value).toHaveLength(1);
    expect(skipped.map((line) => line.line)).toEqual([2]);
  });

  const hostile = {
    parse: parseTcp,
    good: ROW,
    pick: (rows: readonly SocketRow[]) => rows[0] && { ...rows[0], line: 0 },
  };
  it("throw nothing but ParseError", () => expectOnlyParseErrors(parseTcp));
  it("never lose a row among garbage", () => expectNeverLost(hostile));
  it("are read in linear time", () => expectLinear(hostile), 20_000);
});
