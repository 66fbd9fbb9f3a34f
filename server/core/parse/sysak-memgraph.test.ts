import { describe, expect, it } from "vitest";
import { expectLinear, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseMemgraph } from "./sysak-memgraph";

// The shape of memgraph.py's output, with numbers made for the test: no public output was found.
const GRAPH = {
  ...{ total: 25_180_476, free: 19_157_912, userUsed: 5_009_436, available: 22_000_000 },
  user: {
    anon: 700_000,
    filecache: 3_000_000,
    buffers: 60_000,
    mlock: 16,
    huge2M: 2048,
    huge1G: 0,
    shmem: 200_000,
  },
  kernel: {
    reserved: 496_380,
    SReclaimable: 279_004,
    SUnreclaim: 39_340,
    KernelStack: 2848,
    PageTables: 9808,
    VmallocUsed: 15_596,
    allocPage: 170_152,
  },
};
const TEXT = `{'total': 25180476, 'free': 19157912, 'userUsed': 5009436, 'available': 22000000, 'user': {'anon': 700000, 'filecache': 3000000, 'buffers': 60000, 'mlock': 16, 'huge2M': 2048, 'huge1G': 0, 'shmem': 200000}, 'kernel': {'reserved': 496380, 'SReclaimable': 279004, 'SUnreclaim': 39340, 'KernelStack': 2848, 'PageTables': 9808, 'VmallocUsed': 15596, 'allocPage': 170152}}
nginx-1163 Mem : 21956K(RssFile : 8K RssAnon : 15612K Shmem : 6336K)
`;
const KIB = 1024;

describe("sysak memgraph", () => {
  it.each([
    ["text", TEXT],
    [
      "JSON",
      JSON.stringify({
        memGraph: GRAPH,
        memTop: [
          {
            comm: "nginx",
            pid: 1163,
            total_mem: 21_956,
            RssFile: 8,
            RssAnon: 15_612,
            RssShmem: 6336,
          },
        ],
      }),
    ],
  ])("%s", (_name, text) => {
    const { totals, rows, mlocked } = parseMemgraph(text).value;
    const value = (field: string) => totals.fields.get(field)?.value;
    expect(value("MemTotal")).toBe((25_180_476 - 496_380) * KIB);
    expect(value("AnonPages")).toBe(500_000 * KIB);
    expect(value("Cached")).toBe(3_200_000 * KIB);
    expect(value("Hugetlb")).toBe(2048 * KIB);
    expect(mlocked).toBe(16 * KIB);
    expect(rows).toMatchObject([
      { pid: 1163, comm: "nginx", rss: 21_956 * KIB, rssAnon: 15_612 * KIB },
    ]);
  });

  it("a part of the graph is none", () => {
    expect(() => parseMemgraph("{'total': 5, 'free': 3}")).toThrow(ParseError);
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parseMemgraph, TEXT));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({
      parse: (text) => parseMemgraph(text.slice(-5000)),
      good: TEXT,
      pick: (value) => value.rows.length,
    }),
  );
});
