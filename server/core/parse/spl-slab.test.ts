import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseSplSlab, type SplCache } from "./spl-slab";

/** Written from the layout of module/os/linux/spl/spl-proc.c; the numbers are made up. */
const SPL = `--------------------- cache -------------------------------------------------------  ----- slab ------  ---- object -----  --- emergency ---
name                                    flags      size     alloc slabsize  objsize  total alloc   max  total alloc   max  dlock alloc   max
zio_data_buf_131072                   0x00042  84934656  84541440  1064960   131072     80    80   200    640   638  1600      0     0     0
abd_t                                 0x00100         -   2392000        -      104      -     -     -      - 23000     -      -     -     -
`;

describe("spl slab", () => {
  it("caches backed by vmalloc have a size, those of the kernel have none", () => {
    const { value, skipped } = parseSplSlab(SPL);
    expect(skipped).toEqual([]);
    expect(value).toEqual([
      { name: "zio_data_buf_131072", line: 3, bytes: 84_934_656, used: 84_541_440 },
      { name: "abd_t", line: 4, used: 2_392_000 },
    ]);
  });

  it("the heading alone is an error, as is /proc/slabinfo", () => {
    expect(() => parseSplSlab("slabinfo - version: 2.1\ndentry 1 1 192 21 1")).toThrow(ParseError);
  });

  const good = "zio_buf_512 0x00042 81920 8192 8192 512 10 1 10 100 16 100 0 0 0";
  const pick = (caches: readonly SplCache[]) => caches.map((cache) => cache.bytes);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseSplSlab, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseSplSlab, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse: parseSplSlab, good, pick }), 5000);
});
