import { describe, expect, it } from "vitest";
import { readFixture } from "./captures.test-support";
import type { FdLink } from "./fd-links";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { parseLsof } from "./lsof";
import { ParseError } from "./parsed";

const ROW =
  "nginx     1163    65534   10u     IPv4             318575      0t0        TCP 127.0.0.1:18080->127.0.0.1:43998 (ESTABLISHED)";

const shown = (text: string) =>
  parseLsof(text).value.map(({ pid, fd, target, inode }) => [pid, fd, target, inode]);

describe("lsof", () => {
  const { value, skipped } = parseLsof(
    readFixture("live-sosreport-incident/sos_commands/process/lsof_-b_M_-n_-l_-c"),
  );
  const find = (pid: number, fd: number) =>
    value.find((link) => link.pid === pid && link.fd === fd);

  it("gives the stopped worker's sockets the inodes that ss knows", () => {
    expect(skipped).toEqual([]);
    const sockets = value.filter((link) => link.pid === 1163 && link.target.startsWith("socket:"));
    expect(sockets).toHaveLength(34);
    expect(find(1163, 10)).toMatchObject({ target: "socket:[318575]", inode: 318575 });
  });

  it("finds pipes, unix sockets and anonymous inodes, and no ordinary files", () => {
    expect(find(1, 251)).toMatchObject({ target: "pipe:[313206]", inode: 313206 });
    expect(find(9, 66)?.target).toBe("socket:[314400]");
    expect(find(9, 6)?.target).toBe("anon_inode:[eventpoll]");
    expect(find(9, 47)).toBeUndefined();
  });

  it("keeps deleted files and memfds", () => {
    expect(
      shown(
        [
          "COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME",
          "java 7 root 12u REG 0,1 4096 77 /memfd:pool (deleted)",
          "java 7 root 13w REG 253,0 10485760 78 /var/log/my app.log (deleted)",
          "java 7 root 14r REG 253,0 10485760 79 /var/log/other.log",
        ].join("\n"),
      ),
    ).toEqual([
      [7, 12, "/memfd:pool (deleted)", undefined],
      [7, 13, "/var/log/my app.log (deleted)", undefined],
    ]);
  });

  it("reads rows of tasks once per process", () => {
    const task = "nginx 1163 1170 nginx 65534 10u IPv4 318575 0t0 TCP 127.0.0.1:18080 (LISTEN)";
    expect(shown(`${ROW}\n${task}`)).toEqual([[1163, 10, "socket:[318575]", 318575]]);
  });

  it("reads a socket without address by its node", () => {
    expect(shown("nginx 1163 root 11u sock 0,8 0t0 318576 protocol: TCP")).toEqual([
      [1163, 11, "socket:[318576]", 318576],
    ]);
  });

  it("refuses text of another kind", () => {
    expect(() => parseLsof("bash: lsof: command not found")).toThrow(ParseError);
  });

  const hostile = {
    parse: parseLsof,
    good: ROW,
    pick: (links: readonly FdLink[]) => links[0] && { ...links[0], line: 0 },
  };
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseLsof));
  it("never loses a row among garbage", () => expectNeverLost(hostile));
  it("reads lines of 10 MB in linear time", () => expectLinear(hostile), 20_000);
});
