import { describe, expect, it } from "vitest";
import { findingOf } from "../rule.test-support";
import { meminfoWith, reportOn } from "../site-causes.test-support";

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

// Hand-written after a Raspberry Pi with slub_debug, whose kmalloc-1k has objects of 3,072 bytes.
const padded = (name: string, objectSize: number, slabs: number) =>
  `${name} ${slabs * 8} ${slabs * 8} ${objectSize} 8 8 : tunables 0 0 0 : slabdata ${slabs} ${slabs} 0\n`;

describe("checks around every slab object", () => {
  const small = padded("kmalloc-512", 1024, 4_000) + padded("kmalloc-cg-64", 256, 1_000);

  it("are told by kmalloc objects that are larger than their cache's name says", () => {
    const slabinfo = `slabinfo - version: 2.1\n${padded("kmalloc-1k", 3072, 20_000)}${small}`;
    const report = reportOn({ meminfo: meminfoWith(0.2), slabinfo });
    expect(findingOf(report, ID)).toMatchObject({
      severity: "info",
      bucket: "slabUnreclaimable",
      holders: [{ name: "kmalloc-1k" }, { name: "kmalloc-512" }, { name: "kmalloc-cg-64" }],
    });
  });

  it("are not there when the sizes are as named", () => {
    const names = ["kmalloc-1k", "kmalloc-512", "kmalloc-cg-2k"].map((name, at) =>
      padded(name, [1024, 512, 2048][at] ?? 0, 20_000),
    );
    const slabinfo = `slabinfo - version: 2.1\n${names.join("")}`;
    expect(findingOf(reportOn({ meminfo: meminfoWith(0.2), slabinfo }), ID)).toBeUndefined();
  });
});
