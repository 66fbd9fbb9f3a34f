import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { parseNetstat } from "./netstat";
import { ParseError } from "./parsed";
import type { SocketRow } from "./socket";

const ROW =
  "tcp    27390      0 127.0.0.1:18080  127.0.0.1:44480  ESTABLISHED 65534  318598  1163/nginx: worker   off (0.00/0/0)";

const statesOf = (rows: readonly SocketRow[]) => {
  const count = new Map<string, number>();
  for (const { state = "" } of rows) count.set(state, (count.get(state) ?? 0) + 1);
  return Object.fromEntries(count);
};

describe("netstat of a real node", () => {
  const { value, skipped } = parseNetstat(
    readFixture("live-sosreport-incident/sos_commands/networking/netstat_-W_-neopa"),
  );

  it("shows the queues of the stopped worker", () => {
    expect(skipped).toEqual([]);
    const unread = value.filter((row) => row.family === "tcp" && (row.recvQ ?? 0) > 0);
    expect(unread).toHaveLength(94);
    expect(unread.reduce((sum, row) => sum + (row.recvQ ?? 0), 0)).toBe(831_394);
    expect(unread.find((row) => row.inode === 318598)).toMatchObject({
      state: "ESTAB",
      local: "127.0.0.1:18080",
      peer: "127.0.0.1:44480",
      recvQ: 27390,
      uid: 65534,
      users: [{ comm: "nginx: worker", pid: 1163 }],
    });
  });

  it("has the unix section with inodes, types of ss and paths", () => {
    const unix = value.filter((row) => row.family === "unix");
    expect(unix).toHaveLength(7);
    expect(unix[0]).toMatchObject({
      type: "u_str",
      state: "ESTAB",
      inode: 317915,
      users: [{ comm: "nginx: master", pid: 1162 }],
    });
    expect(unix.at(-1)).toMatchObject({ state: "LISTEN", local: "/tmp/netdata-ipc" });
  });
});

describe.skipIf(!hasCapture(""))("netstat of public captures", () => {
  it("reads a cluster node (hotsos)", () => {
    const { value, skipped } = parseNetstat(
      readCapture("hotsos-vault-lxd-2004/sos_commands/networking/netstat_-W_-neopa"),
    );
    expect(skipped).toEqual([]);
    const tcp = value.filter((row) => row.family === "tcp");
    expect(statesOf(tcp)).toEqual({ ESTAB: 20, LISTEN: 11, "TIME-WAIT": 105 });
    expect(value.filter((row) => row.family === "unix")).toHaveLength(206);
    expect(value.find((row) => row.inode === 79519)?.users).toEqual([
      { comm: "ha_logd: read p", pid: 286 },
    ]);
    expect(value.find((row) => row.inode === 83546)?.local).toMatch(/^@quorum@/);
  });

  it("reads a program name with a space and a row nobody owns", () => {
    const { value } = parseNetstat(readCapture("insights-parser-samples/netstat/netstat.txt"));
    expect(value[3]?.users).toEqual([{ comm: "Passenger Rac", pid: 12387 }]);
    expect(value[5]).toMatchObject({ state: "SYN-RECV", inode: 0, uid: 0, users: [] });
  });

  it.each([
    "hotsos-vault-lxd-2004/sos_commands/networking/netstat_-W_-agn",
    "insights-parser-samples/netstat/netstat_s.txt",
  ])("refuses another table of netstat, %s", (path) =>
    expect(() => parseNetstat(readCapture(path))).toThrow(ParseError),
  );
});

describe("netstat with odd input", () => {
  it("reads -tnp, which has neither user nor inode", () => {
    const { value, skipped } = parseNetstat(
      [
        "Active Internet connections (w/o servers)",
        "Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name",
        "tcp6       5      0 ::ffff:10.0.0.1:80      ::1:4000                CLOSE_WAIT  77/my 5 app",
        "tcp        0      0 10.0.0.1:81             10.0.0.2:4000           FIN_WAIT2   -",
      ].join("\n"),
    );
    expect(skipped).toEqual([]);
    expect(value[0]).toMatchObject({
      type: "tcp6",
      state: "CLOSE-WAIT",
      local: "10.0.0.1:80",
      peer: "[::1]:4000",
      users: [{ comm: "my 5 app", pid: 77 }],
    });
    expect(value[0]).not.toHaveProperty("inode");
    expect(value[1]).toMatchObject({ state: "FIN-WAIT-2", users: [] });
  });

  it("takes a blank state of udp, and state 7 of raw, for unconnected", () => {
    const { value } = parseNetstat(
      [
        "udp   1280      0 0.0.0.0:68   0.0.0.0:*               0  11514  150/dhclient  off (0.00/0/0)",
        "raw      0      0 0.0.0.0:1    0.0.0.0:*   7           0  11515  151/ping      off (0.00/0/0)",
      ].join("\n"),
    );
    expect(value.map((row) => [row.state, row.inode, row.users[0]?.comm])).toEqual([
      ["UNCONN", 11514, "dhclient"],
      ["UNCONN", 11515, "ping"],
    ]);
  });

  it("knows no uid when the owner is printed by name", () => {
    const { value } = parseNetstat(ROW.replace("65534", "nobody"));
    expect(value[0]).not.toHaveProperty("uid");
    expect(value[0]?.inode).toBe(318598);
  });

  it("reads unix paths with spaces", () => {
    const { value } = parseNetstat(
      "unix  3      [ ]         STREAM     CONNECTED     41       1162/nginx: master   /run/my app.sock",
    );
    expect(value[0]).toMatchObject({
      local: "/run/my app.sock",
      users: [{ comm: "nginx: master" }],
    });
  });

  const hostile = {
    parse: parseNetstat,
    good: ROW,
    pick: (rows: readonly SocketRow[]) => rows[0] && { ...rows[0], line: 0 },
  };
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseNetstat));
  it("never loses a row among garbage", () => expectNeverLost(hostile));
  it("reads lines of 10 MB in linear time", () => expectLinear(hostile), 20_000);
});
