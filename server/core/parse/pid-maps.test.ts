import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { type KernelMapping, parsePidMaps } from "./pid-maps";

// Linux 6.18: rings of two perf events, each 16 MiB and one page.
const TEXT = `/proc/9027/maps:7fcdc6cd2000-7fcdc7cd3000 rw-s 00000000 00:10 17                         anon_inode:[perf_event]
/proc/9027/maps:7fcdc7cd3000-7fcdc8cd4000 rw-s 00000000 00:10 17                         anon_inode:[perf_event]
/proc/9027/maps:7fcdc8d00000-7fcdc8d26000 r--p 00000000 fe:00 1445                       /usr/lib/libc.so.6
`;

describe("mappings of processes", () => {
  it("are kept where the pages are the kernel's", () => {
    const { value, skipped } = parsePidMaps(TEXT);
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(2);
    expect(value[0]).toEqual({
      line: 1,
      pid: 9027,
      bytes: 16 * 1024 ** 2 + 4096,
      target: "anon_inode:[perf_event]",
      inode: 17,
    });
  });

  it("of one process need no path before the lines", () => {
    const bare = TEXT.replaceAll("/proc/9027/maps:", "");
    expect(parsePidMaps(bare, 8).value[1]?.pid).toBe(8);
    expect(() => parsePidMaps(bare)).toThrow(ParseError);
  });

  const hostile = {
    parse: parsePidMaps,
    good: TEXT.split("\n")[0] ?? "",
    pick: (mappings: readonly KernelMapping[]) => mappings[0] && { ...mappings[0], line: 0 },
  };
  it("throw nothing but ParseError", () => expectOnlyParseErrors(parsePidMaps, TEXT));
  it("are never lost among garbage", () => expectNeverLost(hostile));
  it("are read in linear time", () => expectLinear(hostile), 20_000);
});
