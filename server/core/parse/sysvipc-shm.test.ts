import { describe, expect, it } from "vitest";
import { readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseSysvShm, type SysvShm } from "./sysvipc-shm";

describe("sysvipc/shm", () => {
  it("is read whole, in bytes (6.18)", () => {
    const { value, skipped } = parseSysvShm(readFixture("live-memsnap-incident/proc/sysvipc/shm"));
    expect(skipped).toEqual([]);
    expect(value).toEqual([
      {
        ...{ line: 2, key: 2_671_601, shmid: 8, size: 56, rss: 4096, swap: 0 },
        ...{ cpid: 0, lpid: 0, attached: 8 },
      },
    ]);
  });

  it("a heading alone is a node without segments", () => {
    const { value } = parseSysvShm(readFixture("guest-6.1-virtio-incident/proc/sysvipc/shm"));
    expect(value).toEqual([]);
  });

  it("before 2.6.34 rss and swap are not printed, so they are absent", () => {
    const [segment] = parseSysvShm("-5 3 1600 524288 1742 2110 2 0 0 0 0 0 0 0").value;
    expect(segment).toMatchObject({ key: -5, size: 524_288, attached: 2 });
    expect(segment).not.toHaveProperty("rss");
    expect(segment).not.toHaveProperty("swap");
  });

  it("a row that was cut is reported; text without any row is an error", () => {
    const { value, skipped } = parseSysvShm("key shmid perms\n 1 2 3 4");
    expect(value).toEqual([]);
    expect(skipped.map((line) => line.line)).toEqual([2]);
    expect(() => parseSysvShm("no such file")).toThrow(ParseError);
  });

  const good = "1 3 1600 524288 1742 2110 0 0 0 0 0 0 0 0 4096 8192";
  const pick = (segments: readonly SysvShm[]) => segments.map(({ rss, swap }) => [rss, swap]);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseSysvShm, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseSysvShm, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse: parseSysvShm, good, pick }));
});
