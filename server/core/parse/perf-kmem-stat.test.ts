import { describe, expect, it } from "vitest";
import { ParseError } from "./parsed";
import { parsePerfKmemStat } from "./perf-kmem-stat";

// Hand-written in the layout of tools/perf/builtin-kmem.c: no public table of a live trace is at hand.
const LIVE = `
SUMMARY (page allocator)
========================
--------------------------------------------------------------------------------------------
 Live alloc (KB) |  Hits     | Order | Mig.type | GFP flags | Callsite
--------------------------------------------------------------------------------------------
            50,144 |    12,536 |     0 |  MOVABLE |  0102005a | __page_cache_alloc
             4,096 |       128 |     3 | UNMOVABL |  00285250 | skb_page_frag_refill
 ...               | ...       | ...   | ...      | ...       | ...
--------------------------------------------------------------------------------------------
`;

describe("perf kmem stat --page --caller", () => {
  it("with --live gives what was not freed, in bytes", () => {
    const { value } = parsePerfKmemStat(LIVE);
    expect(
      value.map(({ frames, bytes, calls, order }) => [frames[0]?.func, bytes, calls, order]),
    ).toEqual([
      ["__page_cache_alloc", 50_144 * 1024, 12_536, 0],
      ["skb_page_frag_refill", 4 * 1024 ** 2, 128, 3],
    ]);
  });

  it("without it says what was allocated, and not that it is held", () => {
    const [first] = parsePerfKmemStat(LIVE.replace("Live", "Total")).value;
    expect(first).toMatchObject({ bytes: 0, allocated: { bytes: 50_144 * 1024, calls: 12_536 } });
  });

  it("refuses other text, and reads a long line in linear time", () => {
    expect(() => parsePerfKmemStat("MemTotal: 1 kB\n")).toThrow(ParseError);
    const long = `${LIVE}\n1 | 1 | 0 |${"x".repeat(10_000_000)}`;
    expect(parsePerfKmemStat(long).value).toHaveLength(2);
  });
});
