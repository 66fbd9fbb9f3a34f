import { describe, expect, it } from "vitest";
import { findingOf } from "./rule.test-support";
import { meminfoWith, reportOn } from "./site-causes.test-support";

// Hand-written in the layouts of mm/kmemleak.c, mm/slab_common.c and lib/alloc_tag.c.
const object = (size: number, ...frames: readonly string[]) =>
  `unreferenced object 0xffff8881 (size ${size}):\n  comm "kworker/0:1", pid 12, jiffies 4294937296\n  backtrace (crc 0):\n${frames
    .map((frame) => `    ${frame}+0x1a/0x90 [foo]\n`)
    .join("")}`;
const packets = object(2048, "kmem_cache_alloc_node", "__alloc_skb", "foo_rx_poll");
const buffers = object(4096, "__kmalloc", "foo_open");
const SLAB =
  "slabinfo - version: 2.1\nkmalloc-2k 1200000 1200000 2048 16 8 : tunables 0 0 0 : slabdata 75000 75000 0\n";
const SITE = (calls: number) =>
  `${calls * 2048} ${calls} drivers/misc/foo.c:12 [foo] func:foo_open\n${"1600000000 390625 mm/readahead.c:186 func:ractl_alloc_folio\n"}`;

describe("objects that kmemleak found no pointer to", () => {
  it("are named by who allocated them", () => {
    const [first] = reportOn({ kmemleak: buffers.repeat(1_200) }).findings;
    expect(first).toMatchObject({
      id: "kmalloc-leak",
      bytes: { lower: 1_200 * 4096 },
      holders: [
        { kind: "module", name: "foo" },
        { kind: "callSite", name: "foo_open" },
      ],
    });
  });

  it("are a leak of packets when they were made as such", () => {
    const report = reportOn({ kmemleak: packets.repeat(40_000) });
    expect(report.findings[0]).toMatchObject({ id: "skb-leak" });
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "slabUnreclaimable" });
  });

  it("of which there are a few are no finding", () => {
    const report = reportOn({ meminfo: meminfoWith(0.1), kmemleak: buffers.repeat(20) });
    expect(report.findings).toEqual([]);
    expect(report.verdict.status).toBe("healthy");
  });
});

describe("call sites beside a large cache", () => {
  const meminfo = meminfoWith(0.1).replace("SUnreclaim: 200000", "SUnreclaim: 2700000");

  it("name who allocated most of it", () => {
    const report = reportOn({ meminfo, slabinfo: SLAB, allocinfo: SITE(1_000_000) });
    const holders = findingOf(report, "kmalloc-leak")?.holders;
    expect(holders?.map(({ name }) => name)).toEqual([
      "kmalloc-2k",
      "foo",
      "drivers/misc/foo.c:12 foo_open",
    ]);
  });

  it("that hold little of it name nobody", () => {
    const report = reportOn({ meminfo, slabinfo: SLAB, allocinfo: SITE(10_000) });
    expect(findingOf(report, "kmalloc-leak")?.holders.map(({ name }) => name)).toEqual([
      "kmalloc-2k",
    ]);
  });
});
