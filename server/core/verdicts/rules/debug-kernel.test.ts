import { describe, expect, it } from "vitest";
import { findingOf, meminfoWith, reportOn } from "../site-causes.test-support";

const ID = "debug-kernel";
const PAGE_EXT = (pages: number) =>
  `${pages * 4096} ${pages} mm/page_ext.c:271 func:alloc_page_ext\n`;

describe("the kernel's own debugging", () => {
  it("is named with its price, and is no leak", () => {
    const report = reportOn({ meminfo: meminfoWith(0.6), allocinfo: PAGE_EXT(100_000) });
    expect(findingOf(report, ID)).toMatchObject({ severity: "info", bucket: "allocpage" });
    expect(report.verdict.status).toBe("healthy");
  });

  it("is seen in its slab caches", () => {
    const slabinfo =
      "slabinfo - version: 2.1\nkmemleak_object 2000000 2000000 256 16 1 : tunables 0 0 0 : slabdata 125000 125000 0\n";
    const report = reportOn({ meminfo: meminfoWith(0.2), slabinfo });
    expect(findingOf(report, ID)).toMatchObject({
      bucket: "slabUnreclaimable",
      holders: [{ name: "kmemleak_object" }],
    });
  });

  it("that costs little is not worth a word", () => {
    const report = reportOn({ meminfo: meminfoWith(0.2), allocinfo: PAGE_EXT(9_600) });
    expect(findingOf(report, ID)).toBeUndefined();
  });
});
