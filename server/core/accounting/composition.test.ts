import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFixture } from "../parse/captures.test-support";
import { parseMeminfo } from "../parse/meminfo";
import { snapshotOf, type Texts } from "../snapshot.test-support";
import { GIB, KIB, MIB } from "../units";
import { bucketBytes } from "./buckets";
import { composeMemory } from "./composition";

function capture(name: string): Texts {
  return {
    meminfo: readFixture(`${name}/proc/meminfo`),
    zoneinfo: readFixture(`${name}/proc/zoneinfo`),
    vmstat: readFixture(`${name}/proc/vmstat`),
  };
}

function compose(texts: Texts) {
  const composition = composeMemory(snapshotOf(texts));
  if (!composition) throw new Error("no composition");
  return composition;
}

const SMALL = `MemTotal: 1000000 kB
MemFree: 400000 kB
Buffers: 10000 kB
Cached: 200000 kB
AnonPages: 100000 kB
Shmem: 50000 kB
Slab: 60000 kB
SReclaimable: 40000 kB
SUnreclaim: 20000 kB
`;

describe("the ledger of a real capture", () => {
  it("leaves 2.5 GiB in no counter while unread queues hold them, kernel 6.18", () => {
    const composition = compose(capture("live-memsnap-incident"));
    expect(bucketBytes(composition, "allocpage") / MIB).toBeCloseTo(2600.9, 1);
    expect(bucketBytes(composition, "pcp") / MIB).toBeCloseTo(483, 0);
    expect(composition.closes).toBe(true);
  });

  it("finds the remainder that was measured in the guest itself, kernel 6.1", () => {
    // ORIGIN.md of the capture: remainder 471,776 KiB, taken moments apart.
    const allocpage = bucketBytes(compose(capture("guest-6.1-virtio-incident")), "allocpage");
    expect(Math.abs(allocpage - 471_776 * KIB)).toBeLessThan(2 * MIB);
  });
});

describe("buckets", () => {
  it("add up to MemTotal exactly, whatever the numbers are", () => {
    const kib = fc.integer({ min: 0, max: 2 ** 40 });
    const fields = [
      "MemFree",
      "Buffers",
      "Cached",
      "SwapCached",
      "Active",
      "Inactive",
      "Unevictable",
      "AnonPages",
      "Shmem",
      "KReclaimable",
      "Slab",
      "SReclaimable",
      "SUnreclaim",
      "KernelStack",
      "PageTables",
      "SecPageTables",
      "Percpu",
      "VmallocUsed",
      "Hugetlb",
      "Bounce",
      "WritebackTmp",
      "Balloon",
      "Zswap",
    ];
    const meminfo = fc.record(Object.fromEntries(fields.map((field) => [field, fc.option(kib)])));
    fc.assert(
      fc.property(kib, meminfo, (total, values) => {
        const lines = Object.entries(values).flatMap(([field, value]) =>
          value === null ? [] : [`${field}: ${value} kB`],
        );
        const composition = compose({ meminfo: [`MemTotal: ${total} kB`, ...lines].join("\n") });
        const sum = composition.buckets.reduce((all, bucket) => all + bucket.bytes, 0);
        expect(sum).toBe(composition.memTotal);
      }),
    );
  });

  it("are left out when nothing measured them, and are named", () => {
    const composition = compose({ meminfo: SMALL });
    expect(composition.buckets.map((bucket) => bucket.id)).not.toContain("percpu");
    expect(composition.notMeasured).toContain("percpu");
    expect(composition.notMeasured).toContain("pcp");
  });

  it("quote the line each field stands in", () => {
    const anon = compose({ meminfo: SMALL }).buckets.find((bucket) => bucket.id === "anon");
    expect(anon?.evidence).toEqual([
      {
        text: "AnonPages",
        value: 100_000 * KIB,
        unit: "bytes",
        file: "meminfo",
        line: 5,
        raw: "AnonPages: 100000 kB",
      },
    ]);
  });

  it("count shared memory once, not in the cache as well", () => {
    const composition = compose({ meminfo: SMALL });
    expect(bucketBytes(composition, "fileCache")).toBe(150_000 * KIB);
    expect(bucketBytes(composition, "shmem")).toBe(50_000 * KIB);
  });
});

describe("vmalloc", () => {
  const withStack = `${SMALL}KernelStack: 10000 kB\nVmallocTotal: 34359738367 kB\n`;

  it("does not count vmapped stacks twice", () => {
    const composition = compose({
      meminfo: `${withStack}VmallocUsed: 30000 kB\nVmallocChunk: 0 kB\n`,
    });
    expect(bucketBytes(composition, "vmalloc")).toBe(20_000 * KIB);
    expect(bucketBytes(composition, "kernelStack")).toBe(10_000 * KIB);
  });

  it("is not taken from address ranges of a 3.10 kernel, whose VmallocChunk is not 0", () => {
    const composition = compose({
      meminfo: `${withStack}VmallocUsed: 300000 kB\nVmallocChunk: 34359000000 kB\n`,
    });
    expect(composition.notMeasured).toContain("vmalloc");
  });

  it("comes from vmallocinfo where VmallocUsed is always 0 (4.4 to 5.2)", () => {
    const vmallocinfo =
      "0xffff-0xffff 20480 foo+0x1/0x2 pages=4 vmalloc N0=4\n0xffff-0xffff 8192 bar+0x1/0x2 ioremap\n";
    const composition = compose({
      meminfo: `${SMALL}VmallocUsed: 0 kB\nVmallocChunk: 0 kB\n`,
      vmallocinfo,
    });
    expect(bucketBytes(composition, "vmalloc")).toBe(4 * 4096);
  });
});

describe("swap cache", () => {
  it("is not counted again where its pages are mapped as anonymous memory", () => {
    // 193 MiB swapped in: AnonPages + Cached + Buffers + SwapCached exceed the LRU lists by the overlap.
    const lru = "Active: 150000 kB\nInactive: 160000 kB\nUnevictable: 0 kB\n";
    const composition = compose({ meminfo: `${SMALL}SwapCached: 80000 kB\n${lru}` });
    expect(bucketBytes(composition, "swapCache")).toBe(0);
    const rest = compose({ meminfo: `${SMALL}SwapCached: 0 kB\n${lru}` });
    expect(bucketBytes(composition, "allocpage")).toBe(bucketBytes(rest, "allocpage"));
  });
});

describe("a balloon", () => {
  it("is inside MemTotal when the ledger has room for it, and outside when it has not", () => {
    const inside = compose({ meminfo: `${SMALL}Balloon: 100000 kB\n` });
    expect(bucketBytes(inside, "balloon")).toBe(100_000 * KIB);
    const outside = compose({ meminfo: `${SMALL}Balloon: 900000 kB\n` });
    expect(outside.buckets.map((bucket) => bucket.id)).not.toContain("balloon");
    expect(outside.closes).toBe(true);
  });
});

describe("partial input", () => {
  it("has no composition without MemTotal", () => {
    expect(composeMemory(snapshotOf({ meminfo: "PageTables: 19189760 kB\n" }))).toBeUndefined();
  });

  it("takes the user side from the LRU lists where AnonPages is not printed (before 2.6.18)", () => {
    const old =
      "MemTotal: 1000000 kB\nMemFree: 100000 kB\nBuffers: 0 kB\nCached: 300000 kB\nActive: 400000 kB\nInactive: 200000 kB\nSlab: 50000 kB\n";
    const composition = compose({ meminfo: old });
    expect(bucketBytes(composition, "anon")).toBe(300_000 * KIB);
    expect(bucketBytes(composition, "slabUnreclaimable")).toBe(50_000 * KIB);
  });
});

describe("uncertainty", () => {
  it("grows by the per-CPU free lists when zoneinfo is missing, more so on kernels that let them grow", () => {
    const meminfo = `MemTotal: ${(24 * GIB) / KIB} kB\nMemFree: 1 kB\n`;
    const doubt = (kernel: string) =>
      composeMemory(snapshotOf({ meminfo }, { kernel, cpus: 2 }))?.uncertainty.plusMinus ?? 0;
    expect(doubt("6.8.0-31-generic")).toBeGreaterThan(GIB);
    expect(doubt("5.10.0-8-amd64")).toBeLessThan(16 * MIB);
  });

  it("shrinks to what MemFree moved by where meminfo was read again beside zoneinfo", () => {
    const snapshot = snapshotOf({
      meminfo: SMALL,
      zoneinfo: "Node 0, zone Normal\n  pages free 1\n        managed 250000\n",
    });
    const again = parseMeminfo(SMALL.replace("MemFree: 400000", "MemFree: 398976")).value;
    const one = composeMemory({ ...snapshot, meminfoAgain: { file: "meminfo.2", value: again } });
    expect(one?.uncertainty.plusMinus).toBeGreaterThanOrEqual(MIB);
    expect(one?.uncertainty.plusMinus).toBeLessThan(4 * MIB);
    const other = composeMemory({
      ...snapshot,
      meminfoAgain: { file: "t1/meminfo.2", value: again },
    });
    expect(other?.uncertainty.plusMinus).toBeGreaterThan(60 * MIB);
  });
});
