import { describe, expect, it } from "vitest";
import { expectLinear, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parsePidFdinfo } from "./pid-fdinfo";

// Linux 6.18: a BPF ring buffer and an io_uring; the GPU client by Documentation/gpu/drm-usage-stats.rst.
const TEXT = `/proc/9148/fdinfo/3:map_type:	27
/proc/9148/fdinfo/3:map_flags:	0x0
/proc/9148/fdinfo/3:memlock:	16855368
/proc/8904/fdinfo/3:SqMask:	0x7fff
/proc/8904/fdinfo/3:CqMask:	0xffff
/proc/77/fdinfo/9:drm-driver:	amdgpu
/proc/77/fdinfo/9:drm-memory-gtt:	12 MiB
`;

describe("fdinfo", () => {
  it("is gathered by file, with a line for each number", () => {
    const { value, skipped } = parsePidFdinfo(TEXT);
    expect(skipped).toEqual([]);
    const [map, ring, gpu] = value;
    expect(map).toMatchObject({ pid: 9148, fd: 3, line: 1 });
    expect(map?.numbers.get("memlock")).toEqual({ value: 16_855_368, line: 3 });
    expect(ring?.numbers.get("SqMask")).toEqual({ value: 0x7fff, line: 4 });
    expect(gpu?.words.get("drm-driver")).toBe("amdgpu");
    expect(gpu?.numbers.get("drm-memory-gtt")?.value).toBe(12 * 1024 ** 2);
  });

  it("of no known file is refused", () => {
    expect(() => parsePidFdinfo("pos:	0\nflags:	02\n")).toThrow(ParseError);
  });

  it("throws nothing but ParseError", () => expectOnlyParseErrors(parsePidFdinfo, TEXT));
  it("is read in linear time", () => {
    expectLinear({
      parse: parsePidFdinfo,
      good: TEXT,
      pick: (files) => files.map(({ pid, words }) => [pid, ...words]),
    });
  }, 20_000);
});
