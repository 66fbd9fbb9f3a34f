import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../parse/captures.test-support";
import type { BucketId } from "../report";
import { reportSnapshot } from "../report-snapshot";
import type { Snapshot } from "../snapshot";
import { snapshotOf } from "../snapshot.test-support";
import { KIB } from "../units";
import { viewAllocpage } from "./allocpage";
import { withMeminfo } from "./meminfo-fallback";

const PAGE = 4 * KIB;

/** 6.x: totals with pagecache, one zone, huge pages. 100,000 pages of RAM, 1,000 reserved. */
const NEW_REPORT = `[   10.000000] app invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
[   10.000000] Mem-Info:
[   10.000000] active_anon:3000 inactive_anon:20000 isolated_anon:10
                active_file:400 inactive_file:500 isolated_file:20
                unevictable:70 dirty:3 writeback:2
                slab_reclaimable:1000 slab_unreclaimable:2000
                mapped:600 shmem:5000 pagetables:300
                sec_pagetables:40 bounce:0
                kernel_misc_reclaimable:30
                free:4000 free_pcp:200 free_cma:0
[   10.000000] Node 0 active_anon:12000kB inactive_anon:80000kB kernel_stack:1600kB pagetables:1200kB all_unreclaimable? no
[   10.000000] 6000 total pagecache pages
[   10.000000] 60 pages in swap cache
[   10.000000] 100000 pages RAM
[   10.000000] 1000 pages reserved
[   10.000000] Node 0 hugepages_total=5 hugepages_free=5 hugepages_surp=0 hugepages_size=2048kB
`;
const LRU_OF_NEW = 3000 + 20_000 + 10 + 400 + 500 + 20 + 70;

/** Before 2.6.28: one line of totals, slab undivided, no managed:. */
const OLD_REPORT = `oom-killer: gfp_mask=0xd0
Active:5000 inactive:1000 dirty:7 writeback:0 unstable:0 free:2000 slab:9000 mapped:1500 pagetables:50
Normal free:8000kB min:100kB low:120kB high:140kB active:20000kB inactive:4000kB present:80000kB pages_scanned:0 all_unreclaimable? no
`;

const NODES = `Node 0 MemTotal:  1000 kB
Node 0 MemFree:    300 kB
Node 0 MemUsed:    700 kB
Node 0 SwapCached:   8 kB
Node 0 FilePages:  208 kB
Node 0 AnonPages:  100 kB
Node 0 Slab:        60 kB
Node 0 SUnreclaim:  20 kB
Node 0 HugePages_Total:     3
Node 1 MemTotal:  2000 kB
Node 1 MemFree:    400 kB
Node 1 MemUsed:   1600 kB
Node 1 SwapCached:   0 kB
Node 1 FilePages:  400 kB
Node 1 AnonPages:  900 kB
Node 1 Slab:        70 kB
Node 1 HugePages_Total:     4
`;

const field = (snapshot: Snapshot, name: string) => withMeminfo(snapshot).meminfo?.value.get(name);

function ledger(snapshot: Snapshot) {
  const { composition, verdict } = reportSnapshot(snapshot);
  if (!composition) throw new Error("no composition");
  const { buckets, memTotal } = composition;
  const bytes = (id: BucketId) => buckets.find((bucket) => bucket.id === id)?.bytes;
  return { composition, verdict, memTotal, bytes, sum: buckets.reduce((a, b) => a + b.bytes, 0) };
}

describe("a snapshot with meminfo", () => {
  it("stays the very same, whatever else it holds", () => {
    const snapshot = snapshotOf({ meminfo: "MemTotal: 1 kB\n", numa: NODES, dmesg: NEW_REPORT });
    expect(withMeminfo(snapshot)).toBe(snapshot);
  });

  it("stays without totals when nothing stands in for it", () => {
    const snapshot = snapshotOf({ dmesg: "Linux version 6.1.0\n", ps: "PID RSS COMM\n1 2 a\n" });
    expect(withMeminfo(snapshot)).toBe(snapshot);
  });
});

describe("the sum over NUMA nodes", () => {
  const snapshot = snapshotOf({ numa: NODES, dmesg: NEW_REPORT });

  it("is taken before a memory report, with the line of node 0", () => {
    expect(field(snapshot, "MemTotal")).toEqual({ value: 3000 * KIB, line: 1 });
    expect(withMeminfo(snapshot).meminfo?.derived?.via).toBe("node-files");
  });

  it("reads one file per node as well, and points into node 0's", () => {
    const at = NODES.indexOf("Node 1");
    const [one] = snapshotOf({ numa: NODES.slice(at) }).numaMeminfo;
    const [zero] = snapshotOf({ numa: NODES.slice(0, at) }).numaMeminfo;
    if (!zero || !one) throw new Error("no node files");
    const files = {
      ...snapshot,
      numaMeminfo: [
        { ...one, file: "node1" },
        { ...zero, file: "node0" },
      ],
    };
    const { file, value, derived } = withMeminfo(files).meminfo ?? {};
    expect(file).toBe("node0");
    expect(value?.get("AnonPages")).toEqual({ value: 1000 * KIB, line: 6 });
    expect(derived?.formulas.get("AnonPages")).toBe("sum over 2 NUMA nodes");
  });

  it("makes Cached of FilePages less SwapCached and keeps no field that is the nodes' own", () => {
    expect(field(snapshot, "Cached")).toEqual({ value: 600 * KIB, line: 5 });
    expect(field(snapshot, "FilePages")).toBeUndefined();
    expect(field(snapshot, "MemUsed")).toBeUndefined();
  });

  it("leaves out a field that one node lacks", () => {
    expect(field(snapshot, "SUnreclaim")).toBeUndefined();
    expect(field(snapshot, "Slab")?.value).toBe(130 * KIB);
  });

  it("is not made without every node that zoneinfo shows", () => {
    const zones = [0, 1, 2].map((node) => `Node ${node}, zone   Normal\n  pages free     5\n`);
    const { derived } =
      withMeminfo(snapshotOf({ numa: NODES, zoneinfo: zones.join("") })).meminfo ?? {};
    expect(derived).toBeUndefined();
  });

  it("gives no verdict while huge pages of unknown size are in the remainder", () => {
    const { verdict } = ledger(snapshot);
    expect(verdict.status).toBe("insufficient");
    expect(verdict.headline).toContain("Hugepagesize");
  });

  it("takes the nodes' own huge page pools where the machine's are not there", () => {
    const pool = (numaNode: number, count: number) => ({
      file: `sys/devices/system/node/node${numaNode}/hugepages/hugepages-16kB/nr_hugepages`,
      pageSize: 16 * KIB,
      field: "nr_hugepages",
      numaNode,
      count,
    });
    const { bytes, sum, memTotal } = ledger({
      ...snapshot,
      hugepagePools: [pool(0, 3), pool(1, 4)],
    });
    expect(bytes("hugetlb")).toBe(7 * 16 * KIB);
    expect(sum).toBe(memTotal);
  });
});

describe("a memory report of a present kernel", () => {
  const snapshot = snapshotOf({ dmesg: NEW_REPORT });
  const { composition, bytes, sum, memTotal, verdict } = ledger(snapshot);

  it("adds up to RAM less reserved, exactly", () => {
    expect([memTotal, sum]).toEqual([99_000 * PAGE, 99_000 * PAGE]);
    expect(bytes("allocpage")).toBe(
      memTotal -
        (LRU_OF_NEW + 1000 + 2000 + 30 + 300 + 40 + 4000 + 200) * PAGE -
        1600 * KIB -
        5 * 2048 * KIB,
    );
  });

  it("splits the LRU lists by the page cache, so that no page is counted twice", () => {
    expect(bytes("anon")).toBe((LRU_OF_NEW - 6000) * PAGE);
    expect(bytes("shmem")).toBe(5000 * PAGE);
    expect(bytes("swapCache")).toBe(60 * PAGE);
    expect(bytes("fileCache")).toBe((6000 - 60 - 5000) * PAGE);
  });

  it("keeps free pages on per-CPU lists and other kernel pages in buckets of their own", () => {
    expect(bytes("pcp")).toBe(200 * PAGE);
    expect(bytes("kernelMiscReclaimable")).toBe(30 * PAGE);
    expect(bytes("hugetlb")).toBe(5 * 2048 * KIB);
    expect(bytes("kernelStack")).toBe(1600 * KIB);
  });

  it("points at the line of the log and says how a number was made", () => {
    const anon = composition.buckets.find((bucket) => bucket.id === "anon");
    expect(anon?.how).toBe("derived");
    expect(anon?.evidence?.[0]).toMatchObject({
      file: "dmesg",
      line: 3,
      formula: "LRU lists − total pagecache pages",
      raw: expect.stringContaining("active_anon:3000"),
    });
  });

  it("says first of what moment the numbers are", () => {
    expect(composition.uncertainty.why).toMatch(
      /^no \/proc\/meminfo: .* of the moment of the OOM kill, from the memory report at line 1 of dmesg;/,
    );
  });

  it("leaves absent what the report does not print", () => {
    for (const id of ["percpu", "vmalloc", "balloon", "hardwareCorrupted"] as const) {
      expect(bytes(id)).toBeUndefined();
      expect(composition.notMeasured).toContain(id);
    }
    expect(field(snapshot, "MemAvailable")).toBeUndefined();
  });

  it("holds 65 % that no counter shows: suspect, in every view alike", () => {
    expect(verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
    expect(viewAllocpage(snapshot)?.bytes).toBe(bytes("allocpage"));
  });

  it("is not mixed with counters of another moment", () => {
    const other = snapshotOf({ dmesg: NEW_REPORT, vmstat: "nr_free_pages 5\n" });
    expect(withMeminfo(other)).toBe(other);
  });

  it("is the last one that is complete", () => {
    const cut = "b invoked oom-killer: order=0\nMem-Info:\nactive_anon:1 inactive_anon:2\n";
    const dmesg = `${NEW_REPORT.replaceAll("free:4000", "free:3000")}${NEW_REPORT}${cut}`;
    expect(field(snapshotOf({ dmesg }), "MemFree")).toEqual({ value: 4000 * PAGE, line: 26 });
  });

  it("is never called healthy, even when all of it is accounted for", () => {
    const dmesg = NEW_REPORT.replace("inactive_anon:20000", "inactive_anon:85000");
    expect(ledger(snapshotOf({ dmesg })).verdict).toMatchObject({
      status: "watch",
      bucket: "anon",
    });
  });
});

describe("a memory report without the page cache's total", () => {
  const without = NEW_REPORT.replace(/^.*total pagecache pages\n/m, "");
  const { bytes, sum, memTotal } = ledger(snapshotOf({ dmesg: without }));

  it("splits the LRU lists by kind, with shared memory and swap cache off the anonymous ones", () => {
    expect(bytes("anon")).toBe((23_010 - 5000 - 60) * PAGE);
    expect(bytes("fileCache")).toBe((400 + 500 + 20 + 70) * PAGE);
    expect(sum).toBe(memTotal);
  });
});

describe("a memory report of 2.6", () => {
  const { composition, bytes, sum, memTotal } = ledger(snapshotOf({ dmesg: OLD_REPORT }));

  it("adds up to the present pages, with slab undivided", () => {
    expect(memTotal).toBe(80_000 * KIB);
    expect(sum).toBe(memTotal);
    expect(bytes("slabUnreclaimable")).toBe(9000 * PAGE);
    expect(bytes("slabReclaimable")).toBeUndefined();
    expect(bytes("allocpage")).toBe(80_000 * KIB - (6000 + 2000 + 9000 + 50) * PAGE);
  });

  it("splits the lists by what is mapped, and says that this is no exact line", () => {
    expect(bytes("anon")).toBe(1500 * PAGE);
    expect(bytes("fileCache")).toBe(4500 * PAGE);
    expect(composition.uncertainty.why).toContain("does not tell process memory from cache");
  });
});

describe.skipIf(!hasCapture(""))("public captures without meminfo", () => {
  const logOf = (path: string) => ledger(snapshotOf({ dmesg: readCapture(path) }));

  it.each([
    ["lore-nfsd-pagefrag-oom-arm-6.8/dmesg.txt", "allocpage", 894_660],
    ["lore-hyperv-balloon-oom-el8/var/log/messages", "allocpage", 12_669_484],
    ["lore-virtualbox-oom-2.6.36/var/log/messages", "allocpage", 1_093_032],
    ["lore-tg3-bridge-slab-lowmem-2.6.11/netconsole.log", "slabUnreclaimable", 874_580],
  ] as const)("%s: suspect %s of %i KiB", (path, bucket, kib) => {
    const of = logOf(path);
    expect(of.sum).toBe(of.memTotal);
    expect(of.verdict).toMatchObject({ status: "suspect", bucket });
    expect(Math.abs((of.bytes(bucket) ?? 0) / KIB - kib)).toBeLessThan(1);
  });

  it("an excerpt with one zone of several: MemTotal from its reserve, most in shared memory (orioledb)", () => {
    const of = logOf("gh-orioledb-394-oom/dmesg.txt");
    expect(of.sum).toBe(of.memTotal);
    expect(of.verdict).toMatchObject({ status: "watch", bucket: "shmem" });
    expect(Math.abs((of.bytes("allocpage") ?? 0) / of.memTotal - 0.008)).toBeLessThan(0.002);
    expect(of.composition.uncertainty.plusMinus).toBeGreaterThan(of.memTotal * 0.005);
  });

  it("node files of two nodes give what the same host's meminfo gives", () => {
    const host = "pcp-vm-7g8-510";
    const numa = [0, 1].map((node) =>
      readCapture(`${host}/sys/devices/system/node/node${node}/meminfo`),
    );
    const zoneinfo = readCapture(`${host}/proc/zoneinfo`);
    const summed = ledger(snapshotOf({ numa: numa.join(""), zoneinfo }));
    const printed = ledger(snapshotOf({ meminfo: readCapture(`${host}/proc/meminfo`), zoneinfo }));
    expect(summed.memTotal).toBe(printed.memTotal);
    expect(summed.sum).toBe(summed.memTotal);
    expect(summed.verdict.status).toBe(printed.verdict.status);
    // Read moments apart: within 1 % of RAM; what has no node field is in the remainder.
    const cache = (of: typeof summed) => (of.bytes("fileCache") ?? 0) + (of.bytes("buffers") ?? 0);
    expect(Math.abs(cache(summed) - cache(printed))).toBeLessThan(summed.memTotal * 0.01);
    for (const id of ["anon", "shmem", "slabReclaimable", "slabUnreclaimable", "pcp"] as const) {
      const difference = Math.abs((summed.bytes(id) ?? 0) - (printed.bytes(id) ?? 0));
      expect(difference).toBeLessThan(summed.memTotal * 0.01);
    }
    const remainder = ["allocpage", "percpu", "vmalloc", "hugetlb"] as const;
    const rest = (of: typeof summed) =>
      remainder.reduce((bytes, id) => bytes + (of.bytes(id) ?? 0), 0);
    expect(Math.abs(rest(summed) - rest(printed))).toBeLessThan(summed.memTotal * 0.01);
  });
});

describe.skipIf(!hasCapture(""))("the task table of a memory report", () => {
  it("gives the processes where the report gives the totals, and only there", () => {
    const dmesg = readCapture("lore-nfsd-pagefrag-oom-arm-6.8/dmesg.txt");
    const withReport = withMeminfo(snapshotOf({ dmesg }));
    expect(withReport.processTables.map(({ via, rows }) => [via, rows.length])).toEqual([
      ["oom", 41],
    ]);
    const meminfo = "MemTotal: 1000 kB\n";
    expect(withMeminfo(snapshotOf({ dmesg, meminfo })).processTables).toEqual([]);
  });
});
