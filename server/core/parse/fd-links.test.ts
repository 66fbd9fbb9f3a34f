import { describe, expect, it } from "vitest";
import { readFixture } from "./captures.test-support";
import { type FdLink, parseFdLinks } from "./fd-links";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";

describe("links of open files", () => {
  it("give the stopped worker's descriptors with their socket inodes", () => {
    const { value, skipped } = parseFdLinks(readFixture("live-memsnap-incident/pids.fd"));
    expect(skipped).toEqual([]);
    const worker = value.filter((link) => link.pid === 1163);
    expect(worker.filter((link) => link.target.startsWith("socket:"))).toHaveLength(34);
    expect(worker.find((link) => link.fd === 10)).toEqual({
      line: 79,
      pid: 1163,
      fd: 10,
      target: "socket:[318575]",
      inode: 318575,
    });
    const eventpoll = worker.find((link) => link.fd === 8);
    expect(eventpoll?.target).toBe("anon_inode:[eventpoll]");
    expect(eventpoll).not.toHaveProperty("inode");
  });

  it("are read from ls -l, below the heading of each process", () => {
    const { value, skipped } = parseFdLinks(
      [
        "/proc/1117/fd:",
        "total 0",
        "lrwx------ 1 root root 64 Nov 22 20:19 3 -> socket:[318477]",
        "lr-x------. 1 root domain users 64 Nov 22 2025 4 -> pipe:[313206]",
        "",
        "/proc/9/fd:",
        "lrwx------ 1 root root 64 Nov 22 20:19 5 -> /memfd:a -> b (deleted)",
      ].join("\n"),
    );
    expect(skipped).toEqual([]);
    expect(value.map(({ pid, fd, target, inode }) => [pid, fd, target, inode])).toEqual([
      [1117, 3, "socket:[318477]", 318477],
      [1117, 4, "pipe:[313206]", 313206],
      [9, 5, "/memfd:a -> b (deleted)", undefined],
    ]);
  });

  it("belong to the given process when ls printed no heading", () => {
    const text = "lrwx------ 1 root root 64 Nov 22 20:19 3 -> socket:[318477]";
    expect(parseFdLinks(text, 42).value[0]?.pid).toBe(42);
    expect(() => parseFdLinks(text)).toThrow(ParseError);
  });

  const hostile = {
    parse: parseFdLinks,
    good: "/proc/1117/fd/3 socket:[318477]",
    pick: (links: readonly FdLink[]) => links[0] && { ...links[0], line: 0 },
  };
  it("throw nothing but ParseError", () => expectOnlyParseErrors(parseFdLinks));
  it("are never lost among garbage", () => expectNeverLost(hostile));
  it("are read in linear time", () => expectLinear(hostile), 20_000);
});
