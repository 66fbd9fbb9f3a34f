import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseProcNetNetlink, parseProcNetPacket, parseProcNetUnix } from "./proc-net-other";
import type { SocketRow } from "./socket";

const PACKET =
  "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n00000000d203c7e8 3      3    0003   2     1 4352   0      41";
const NETLINK =
  "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n00000000155852b3 4   1347       00000000 4352     0        0     2        9        312216";

describe("/proc/net/unix", () => {
  it("has inode, type, state and path, and no queues", () => {
    const { value, skipped } = parseProcNetUnix(readFixture("live-memsnap-incident/proc/net/unix"));
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(7);
    expect(value[0]).toMatchObject({ type: "u_str", state: "ESTAB", inode: 317915, line: 2 });
    expect(value[0]).not.toHaveProperty("local");
    expect(value[0]).not.toHaveProperty("recvQ");
    expect(value[6]).toMatchObject({ state: "LISTEN", inode: 314400, local: "/tmp/netdata-ipc" });
  });

  it.skipIf(!hasCapture(""))("is read on 3.13, whose inodes are padded", () => {
    const { value, skipped } = parseProcNetUnix(
      readCapture("procsnap-ubuntu1404-3.13/proc/1/net/unix"),
    );
    expect(skipped).toEqual([]);
    expect(value[2]).toMatchObject({
      type: "u_seq",
      state: "LISTEN",
      inode: 320,
      local: "/run/udev/control",
    });
  });
});

describe("/proc/net/netlink and packet", () => {
  it("netlink has memory, drops and inode", () => {
    const { value, skipped } = parseProcNetNetlink(
      readFixture("live-memsnap-incident/proc/net/netlink"),
    );
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(10);
    expect(value[6]).toMatchObject({ local: "12:189", recvQ: 0, drops: 0, inode: 314408 });
    expect(parseProcNetNetlink(NETLINK).value[0]).toMatchObject({ recvQ: 4352, drops: 9 });
  });

  it("netlink of a kernel without the Drops column leaves drops absent", () => {
    const old = NETLINK.replace("Drops    ", "").replace(" 9  ", " ");
    const { value } = parseProcNetNetlink(old);
    expect(value[0]).toMatchObject({ recvQ: 4352, inode: 312216 });
    expect(value[0]).not.toHaveProperty("drops");
  });

  it("packet has memory, owner and inode, and may have no rows", () => {
    expect(parseProcNetPacket(PACKET).value).toEqual([
      {
        family: "packet",
        type: "p_raw",
        state: "UNCONN",
        local: "0003:2",
        recvQ: 4352,
        uid: 0,
        inode: 41,
        info: new Map(),
        users: [],
        line: 2,
      },
    ]);
    expect(parseProcNetPacket(readFixture("live-memsnap-incident/proc/net/packet")).value).toEqual(
      [],
    );
  });

  it("each refuses the table of the other", () => {
    expect(() => parseProcNetNetlink(PACKET)).toThrow(ParseError);
    expect(() => parseProcNetPacket(NETLINK)).toThrow(ParseError);
    expect(() => parseProcNetUnix(NETLINK)).toThrow(ParseError);
  });
});

describe("hostile socket tables", () => {
  const pick = (rows: readonly SocketRow[]) => rows[0] && { ...rows[0], line: 0 };
  const cases = [
    {
      name: "unix",
      parse: parseProcNetUnix,
      good: "000000002ee5ac38: 00000002 00000000 00010000 0001 01 314400 /tmp/netdata-ipc",
    },
    { name: "netlink", parse: parseProcNetNetlink, good: NETLINK },
    { name: "packet", parse: parseProcNetPacket, good: PACKET },
  ];
  it.each(cases)("$name throws nothing but ParseError", ({ parse }) =>
    expectOnlyParseErrors(parse),
  );
  it.each(cases)("$name keeps its row among garbage", ({ parse, good }) =>
    expectNeverLost({ parse, good, pick }),
  );
  it.each(cases)(
    "$name is read in linear time",
    ({ parse, good }) => expectLinear({ parse, good, pick }),
    20_000,
  );
});
