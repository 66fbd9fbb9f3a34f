import { describe, expect, it } from "vitest";
import { ParseError } from "./parsed";
import { parseSysvMessages } from "./sysvipc-msg";

// The first rows of live-message-queue, an archive.
const FILE = `       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime
         0      32768   600       16000          2 14991     0     0     0     0     0 1795595438          0 1795595438
         0      32769   600       16000          2 14991     0     0     0     0     0 1795595438          0 1795595438
`;
// As util-linux prints it, with the tables beside it.
const IPCS = `
------ Message Queues --------
key        msqid      owner      perms      used-bytes   messages
0x00000000 32768      root       600        16000        2

------ Shared Memory Segments --------
key        shmid      owner      perms      bytes      nattch     status
0x00000000 3          root       600        524288     2          dest
`;

describe("message queues", () => {
  it("of /proc/sysvipc/msg: payload, messages and the last sender", () => {
    const { value, skipped } = parseSysvMessages(FILE);
    expect(value).toEqual([
      { line: 2, msqid: 32_768, bytes: 16_000, messages: 2, lspid: 14_991, lrpid: 0 },
      { line: 3, msqid: 32_769, bytes: 16_000, messages: 2, lspid: 14_991, lrpid: 0 },
    ]);
    expect(skipped).toEqual([]);
  });

  it("of ipcs: the rows of the table of queues, and of no other", () => {
    expect(parseSysvMessages(IPCS).value).toEqual([
      { line: 4, msqid: 32_768, bytes: 16_000, messages: 2 },
    ]);
  });

  it("of a node without queues are an empty list", () => {
    expect(parseSysvMessages(FILE.split("\n", 1).join("\n")).value).toEqual([]);
  });

  it("with a damaged row keep the good ones", () => {
    const { value, skipped } = parseSysvMessages(`${FILE}  0  x  600 1 1\n`);
    expect(value).toHaveLength(2);
    expect(skipped).toHaveLength(1);
  });

  it("of another table are an error", () => {
    expect(() => parseSysvMessages("MemTotal: 1 kB\n")).toThrow(ParseError);
  });
});
