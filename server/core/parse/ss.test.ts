import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import type { SocketRow } from "./socket";
import { parseSs } from "./ss";

const ROW =
  'ESTAB 27400 0 127.0.0.1:18080 127.0.0.1:43998 users:(("nginx",pid=1163,fd=10)) uid:65534 ino:318575 sk:508a cgroup:/ <-> skmem:(r605640,rb605530,t0,tb3939840,f4664,w0,o0,bl0,d7)';

function onlyRow(text: string): SocketRow {
  const { value, skipped } = parseSs(text);
  expect(skipped).toEqual([]);
  expect(value).toHaveLength(1);
  const [row] = value;
  if (!row) throw new Error("no row");
  return row;
}

function total(rows: readonly SocketRow[], size: (row: SocketRow) => number | undefined): number {
  return rows.reduce((sum, row) => sum + (size(row) ?? 0), 0);
}

const heldBy = (rows: readonly SocketRow[], pid: number) =>
  rows.filter(
    (row) =>
      row.state === "ESTAB" && (row.recvQ ?? 0) > 0 && row.users.some((user) => user.pid === pid),
  );

describe("ss of real nodes", () => {
  it("shows the queues of the stopped nginx worker", () => {
    const { value, skipped } = parseSs(readFixture("live-memsnap-incident/t1/ss-tcp"));
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(135);
    const held = heldBy(value, 1163);
    expect(held).toHaveLength(30);
    expect(total(held, (row) => row.recvQ)).toBe(821_760);
    expect(total(held, (row) => row.skmem?.r)).toBe(18_619_072);
  });

  it("reads every part of one row of the stopped worker", () => {
    const { value } = parseSs(readFixture("live-memsnap-incident/t1/ss-tcp"));
    const row = value.find((candidate) => candidate.inode === 318575);
    expect(row).toMatchObject({
      family: "tcp",
      state: "ESTAB",
      recvQ: 27400,
      sendQ: 0,
      local: "127.0.0.1:18080",
      peer: "127.0.0.1:43998",
      users: [{ comm: "nginx", pid: 1163, fd: 10 }],
      uid: 65534,
      cgroup: "/",
      drops: 7,
      skmem: { r: 605640, rb: 605530, t: 0, tb: 3939840, f: 4664, w: 0, o: 0, bl: 0, d: 7 },
    });
    const info = ["bytes_received", "data_segs_in", "lastrcv", "rcvmss", "rcv_ssthresh", "busy"];
    expect(info.map((name) => row?.info.get(name))).toEqual([
      27462,
      1786,
      1868,
      536,
      65483,
      undefined,
    ]);
  });

  it("shows the queues of a guest with virtio-net, and the listener with one waiting", () => {
    const { value, skipped } = parseSs(readFixture("guest-6.1-virtio-incident/t1/ss-tcp"));
    expect(skipped).toEqual([]);
    const held = heldBy(value, 148);
    expect(held).toHaveLength(48);
    expect(total(held, (row) => row.recvQ)).toBe(2_647_810);
    expect(total(held, (row) => row.skmem?.r)).toBe(24_802_560);
    const waiting = value.filter((row) => row.state === "LISTEN" && row.recvQ === 1);
    expect(waiting.map((row) => row.users.map((user) => user.pid))).toEqual([[150, 148, 147]]);
  });

  it("pairs the two ends of a unix socket", () => {
    const { value } = parseSs(readFixture("live-memsnap-incident/t1/ss-unix"));
    expect(value[0]).toMatchObject({
      family: "unix",
      type: "u_str",
      state: "ESTAB",
      local: "*",
      inode: 317915,
      peer: "*",
      peerInode: 317916,
      users: [
        { comm: "nginx", pid: 1163, fd: 6 },
        { comm: "nginx", pid: 1162, fd: 8 },
      ],
      skmem: { r: 0, rb: 212992 },
    });
  });

  it("tells netlink and udp listings without a Netid column apart", () => {
    const netlink = parseSs(readFixture("live-memsnap-incident/t1/ss-netlink")).value;
    expect(new Set(netlink.map((row) => row.family))).toEqual(new Set(["netlink"]));
    expect(netlink[2]).toMatchObject({
      local: "4:1347",
      peer: "*",
      recvQ: 4352,
      skmem: { r: 4352 },
    });
    const [udp] = parseSs(readFixture("live-memsnap-incident/t1/ss-udp")).value;
    expect(udp).toMatchObject({ family: "udp", local: "127.0.0.1:8125", inode: 313590 });
  });
});

describe.skipIf(!hasCapture(""))("ss of public captures", () => {
  it("reads skmem from the next line of a udp listing (ffmpeg)", () => {
    const row = onlyRow(readCapture("gh-ffmpeg-udp-rcvq-1g/ss_-uamp.txt"));
    expect(row).toMatchObject({
      family: "udp",
      recvQ: 1_119_285_120,
      drops: 75818,
      users: [{ comm: "ffmpeg", pid: 1, fd: 3 }],
      skmem: { r: 1_016_405_760, rb: 1_342_177_280, o: 112 },
    });
  });

  it("reads -ot output with port names and no header (rocket)", () => {
    const { value } = parseSs(readCapture("gh-rocket-2118-closewait/ss_-ot.txt"));
    expect(value).toHaveLength(15);
    expect(value.filter((row) => row.state === "CLOSE-WAIT")).toHaveLength(13);
    expect(total(value, (row) => row.recvQ)).toBe(3372);
    expect(value[0]).toMatchObject({ local: "0.my.ip.0:https", peer: "193.118.53.194:59762" });
  });

  it("reads old IPv6 without brackets, and interfaces", () => {
    const { value, skipped } = parseSs(readCapture("insights-parser-samples/netstat/ss_tulpn.txt"));
    expect(skipped).toEqual([]);
    expect(value[3]).toMatchObject({
      local: "[::]:37968",
      peer: "[::]:12345",
      users: [{ comm: "rpc.statd", pid: 29559, fd: 10 }],
    });
    const newer = parseSs(readCapture("insights-parser-samples/netstat/ss_tulpn_2.txt"));
    expect(newer.value[1]).toMatchObject({ type: "udp", local: "0.0.0.0%virbr0:67" });
    expect(newer.value[2]?.recvQ).toBe(14592);
  });
});

describe("ss with odd input", () => {
  it("decodes a wrapped forward allocation as a negative number", () => {
    const row = onlyRow(
      "ESTAB 0 0 1.2.3.4:5 6.7.8.9:10\n\t skmem:(r0,rb1,t2,tb3,f4292388352,w4,o5,bl6,d7)",
    );
    expect(row.skmem?.f).toBe(-2_578_944);
  });

  it("reads old mem and old users", () => {
    const row = onlyRow(
      'ESTAB 0 0 1.2.3.4:5 6.7.8.9:10 users:(("nginx",1164,5),("nginx",1165,5)) mem:(r11,w22,f33,t44)',
    );
    expect(row.skmem).toEqual({ r: 11, w: 22, f: 33, t: 44 });
    expect(row.users.map((user) => user.pid)).toEqual([1164, 1165]);
  });

  it("leaves skmem absent when it was cut off", () => {
    expect(onlyRow("ESTAB 0 0 1.2.3.4:5 6.7.8.9:10 skmem:(r11,rb22,t0").skmem).toBeUndefined();
  });

  it.each(["a,b", 'a"b', "a b)", "(sd-pam)", '",pid=1,fd=2)'])(
    "keeps the command name %s whole",
    (comm) => {
      const row = onlyRow(
        `ESTAB 0 0 1.2.3.4:5 6.7.8.9:10 users:(("${comm}",pid=7,fd=3),("x",pid=8,fd=4)) ino:9`,
      );
      expect(row.users).toEqual([
        { comm, pid: 7, fd: 3 },
        { comm: "x", pid: 8, fd: 4 },
      ]);
      expect(row.inode).toBe(9);
    },
  );

  it("reads no numbers out of a command name", () => {
    const row = onlyRow(
      'ESTAB 0 0 1.2.3.4:5 6.7.8.9:10 users:((" rcvmss:9 ",pid=7,fd=3)) rcvmss:536',
    );
    expect(row.info.get("rcvmss")).toBe(536);
    const silent = onlyRow('ESTAB 0 0 1.2.3.4:5 6.7.8.9:10 users:((" rcvmss:9 ",pid=7,fd=3))');
    expect(silent.info.size).toBe(0);
  });

  it.each([
    ["u_str ESTAB 0 0 /run/my app 7.sock 41 * 42", "/run/my app 7.sock", 41, 42],
    ["u_dgr UNCONN 0 0 @/org/kernel/udev 41 * 0", "@/org/kernel/udev", 41, undefined],
    ['u_seq LISTEN 0 128 @abc@ 41 * 0 users:(("x",pid=1,fd=3))', "@abc@", 41, undefined],
    ["u_str ESTAB 0 0 * 41 /run/x.sock 42", "*", 41, 42],
  ])("reads the unix row %s", (text, local, inode, peerInode) => {
    const row = onlyRow(text);
    expect([row.local, row.inode, row.peerInode]).toEqual([local, inode, peerInode]);
  });

  it("shows IPv4-mapped IPv6 as IPv4", () => {
    const row = onlyRow("tcp ESTAB 0 0 [::ffff:10.0.0.1]:80 ::ffff:10.0.0.2:4000");
    expect([row.local, row.peer]).toEqual(["10.0.0.1:80", "10.0.0.2:4000"]);
  });

  it("reads rows without a state, as ss prints for one state", () => {
    const { value, skipped } = parseSs(
      "Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n12 0 10.0.0.1:80 10.0.0.2:4000\n",
    );
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(1);
    expect(value[0]).toMatchObject({ recvQ: 12, local: "10.0.0.1:80" });
    expect(value[0]?.state).toBeUndefined();
  });

  it("reads a process column glued to the peer", () => {
    const row = onlyRow('LISTEN 0 128 *:22 *:*users:(("sshd",pid=5,fd=3))');
    expect(row).toMatchObject({ peer: "*:*", users: [{ comm: "sshd", pid: 5, fd: 3 }] });
  });

  it("keeps the current and the total number of retransmits", () => {
    const row = onlyRow(
      "ESTAB 0 9 1.2.3.4:5 6.7.8.9:10\n\t cubic rtt:8.066/4.7 busy:40ms retrans:1/5 unacked:3",
    );
    expect([...row.info]).toEqual(
      expect.arrayContaining([
        ["rtt", 8.066],
        ["busy", 40],
        ["retrans", 1],
        ["retrans_total", 5],
        ["unacked", 3],
      ]),
    );
  });

  it("takes an empty listing for what it says", () => {
    expect(parseSs("")).toEqual({ value: [], skipped: [] });
    expect(parseSs("State Recv-Q Send-Q Local Address:Port Peer Address:Port\n").value).toEqual([]);
  });

  it("refuses text of another kind and quotes it", () => {
    expect(() => parseSs("bash: ss: command not found")).toThrow(ParseError);
    expect(() => parseSs("bash: ss: command not found")).toThrow("command not found");
  });

  it("reports a line it cannot read and keeps the rows around it", () => {
    const { value, skipped } = parseSs(`${ROW}\nESTAB abc\n${ROW}`);
    expect(value.map((row) => row.line)).toEqual([1, 3]);
    expect(skipped).toEqual([{ line: 2, text: "ESTAB abc" }]);
  });
});

describe("ss with hostile input", () => {
  const pick = (rows: readonly SocketRow[]) => {
    const row = rows.find((candidate) => candidate.inode === 318575);
    return row && { ...row, line: 0 };
  };

  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseSs));
  it("never loses a row among garbage", () => expectNeverLost({ parse: parseSs, good: ROW, pick }));
  it(
    "reads lines of 10 MB in linear time",
    () => expectLinear({ parse: parseSs, good: ROW, pick }),
    20_000,
  );
});
