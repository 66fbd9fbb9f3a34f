import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFixture } from "../../parse/captures.test-support";
import { parseMeminfo } from "../../parse/meminfo";
import type { ReconcileRow } from "../../report-reconcile";
import type { Snapshot } from "../../snapshot";
import { snapshotOf, type Texts } from "../../snapshot.test-support";
import { composeMemory } from "../composition";
import { reconcile } from "./reconcile";

const KIB = 1024;
const CAPTURE = "live-memsnap-incident";
const ARCSTATS = "proc/spl/kstat/zfs/arcstats";

function rowsOf(texts: Texts, arcstats?: string): readonly ReconcileRow[] {
  return reconcileSnapshot(withArc(snapshotOf(texts), arcstats));
}

function withArc(snapshot: Snapshot, text: string | undefined): Snapshot {
  return text === undefined
    ? snapshot
    : { ...snapshot, smallFiles: new Map([[ARCSTATS, { file: ARCSTATS, text }]]) };
}

function reconcileSnapshot(snapshot: Snapshot): readonly ReconcileRow[] {
  return reconcile(snapshot, composeMemory(snapshot));
}

function rowOf(rows: readonly ReconcileRow[], name: string): ReconcileRow | undefined {
  return rows.find(({ tool, label }) => `${tool} ${label}` === name);
}

function partsOf(rows: readonly ReconcileRow[], name: string) {
  const parts = rowOf(rows, name)?.parts ?? [];
  return Object.fromEntries(parts.map(({ bucket, bytes }) => [bucket, bytes / KIB]));
}

const sumOf = (parts: ReconcileRow["parts"]) =>
  (parts ?? []).reduce((sum, { bytes }) => sum + bytes, 0);

/** The formulas once more, as plain arithmetic on the printed fields: what each row must show. */
type Fields = (name: string) => number;
const clampAvailable = (f: Fields) =>
  f("MemAvailable") > f("MemTotal") ? f("MemFree") : f("MemAvailable");
const basicUsed = (f: Fields) =>
  f("MemTotal") - f("MemFree") - f("Buffers") - f("Cached") - f("SReclaimable");
const used3 = (f: Fields) => (basicUsed(f) < 0 ? f("MemTotal") - f("MemFree") : basicUsed(f));
const used4 = (f: Fields) => f("MemTotal") - clampAvailable(f);
const atLeast = (kib: number) => (kib * KIB < 1024 ? 1024 : kib);
const EXPECTED: Readonly<Record<string, (f: Fields) => number>> = {
  "free used (procps 3.3)": used3,
  "free used (procps 4)": used4,
  "free buff/cache": (f) => f("Buffers") + f("Cached") + f("SReclaimable"),
  "free shared": (f) => f("Shmem"),
  "free available": clampAvailable,
  "htop used (the number)": (f) => used3(f) + f("Shmem"),
  "htop used (green bar)": used3,
  "htop cache (yellow bar)": (f) => f("Cached") + f("SReclaimable") - f("Shmem"),
  "btop Used": used4,
  "btop Cached": (f) => f("Cached"),
  "glances used": used4,
  "glances cached": (f) => f("Cached") + f("SReclaimable"),
  "netdata free": (f) => f("MemFree"),
  "grafana-1860 RAM Used (gauge)": used4,
  "grafana-1860 RAM Used (Memory Basic)": basicUsed,
  "grafana-1860 Apps": (f) =>
    f("MemTotal") -
    ["MemFree", "Buffers", "Cached", "Slab", "PageTables", "SwapCached"].reduce(
      (sum, name) => sum + f(name),
      0,
    ),
  "prometheus-mixin memory used": (f) => f("MemTotal") - f("MemFree") - f("Buffers") - f("Cached"),
  "coroot used (Memory usage)": (f) => ((f("MemTotal") - f("MemFree") - f("Cached")) * 1000) / 1024,
  "sysak-memgraph allocPage": (f) =>
    atLeast(
      f("MemTotal") -
        [
          "MemFree",
          "Active(anon)",
          "Inactive(anon)",
          "Active(file)",
          "Inactive(file)",
          "Mlocked",
          "Slab",
          "KernelStack",
          "PageTables",
          "VmallocUsed",
        ].reduce((sum, name) => sum + f(name), 0),
    ),
  "sysak-memleak allocPages (memleak -c)": (f) =>
    atLeast(
      f("MemTotal") -
        ["MemFree", "Active", "Inactive", "Mlocked", "Slab"].reduce(
          (sum, name) => sum + f(name),
          0,
        ),
    ),
};

const FIELDS = [
  "MemTotal",
  "MemFree",
  "MemAvailable",
  "Buffers",
  "Cached",
  "SwapCached",
  "Active",
  "Inactive",
  "Active(anon)",
  "Inactive(anon)",
  "Active(file)",
  "Inactive(file)",
  "Unevictable",
  "Mlocked",
  "AnonPages",
  "Shmem",
  "Slab",
  "SReclaimable",
  "SUnreclaim",
  "KernelStack",
  "PageTables",
  "VmallocUsed",
  "Percpu",
] as const;

const ZONEINFO = [
  "Node 0, zone   Normal",
  "  pages free     93626",
  "        min      11001",
  "        low      13751",
  "        high     16501",
  "        managed  4718592",
  "  pagesets",
  "    cpu: 0",
  "              count:    79860",
  "",
].join("\n");

describe("any numbers", () => {
  const kib = fc.integer({ min: 0, max: 2 ** 40 });
  const fields = fc.record(
    Object.fromEntries(FIELDS.map((name) => [name, kib])) as Record<string, typeof kib>,
    { requiredKeys: ["MemTotal"] },
  );
  const text = (values: Readonly<Record<string, number | undefined>>) =>
    Object.entries(values)
      .map(([name, value]) => `${name}: ${value} kB\n`)
      .join("");

  it("the parts of every row add up to its difference, to the byte", () => {
    fc.assert(
      fc.property(fields, fc.boolean(), kib, (values, hasZones, arc) => {
        const texts = { meminfo: text(values), ...(hasZones && { zoneinfo: ZONEINFO }) };
        for (const row of rowsOf(texts, `size 4 ${arc}\nc_min 4 ${Math.floor(arc / 3)}\n`)) {
          expect(sumOf(row.parts), row.label).toBe(row.differs);
          expect(row.parts?.every(({ bytes }) => bytes !== 0)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("every row shows what the tool's arithmetic gives, and is absent when a field of it is", () => {
    fc.assert(
      fc.property(fields, fc.boolean(), (values, hasZones) => {
        const printed = parseMeminfo(text(values)).value;
        const rows = rowsOf({ meminfo: text(values), ...(hasZones && { zoneinfo: ZONEINFO }) });
        for (const [name, formula] of Object.entries(EXPECTED)) {
          let isWhole = true;
          const bytes = formula((field) => {
            const value = printed.get(field)?.value;
            if (value === undefined) isWhole = false;
            return (value ?? 0) / KIB;
          });
          expect(rowOf(rows, name)?.bytes, name).toBe(isWhole ? bytes * KIB : undefined);
        }
      }),
      { numRuns: 300 },
    );
  });
});

it("Netdata's used is left out where it would be below zero: it subtracts unsigned", () => {
  const used = (cached: number) => {
    const meminfo = `MemTotal: 1000 kB\nMemFree: 500 kB\nBuffers: 0 kB\nCached: ${cached} kB\nShmem: 0 kB\nSReclaimable: 100 kB\n`;
    return rowOf(rowsOf({ meminfo }), "netdata used")?.bytes;
  };
  expect(used(300)).toBe(100 * KIB);
  expect(used(500)).toBeUndefined();
});

describe("a node of 23.5 GiB with 2.65 GiB in no counter", () => {
  const rows = rowsOf({
    meminfo: readFixture(`${CAPTURE}/proc/meminfo`),
    zoneinfo: readFixture(`${CAPTURE}/proc/zoneinfo`),
    vmstat: readFixture(`${CAPTURE}/proc/vmstat`),
  });

  // By hand, in KiB: Shmem 433,692; the sum of count: in zoneinfo is 123,573 pages.
  const PCP = 123_573 * 4;

  it("free of procps 3.3 takes shared memory off, and free per-CPU pages not", () => {
    expect(rowOf(rows, "free used (procps 3.3)")?.bytes).toBe(
      (24_684_096 - 6_184_180 - 82_128 - 13_857_892 - 943_428) * KIB,
    );
    expect(partsOf(rows, "free used (procps 3.3)")).toEqual({ shmem: -433_692, pcp: PCP });
  });

  it("htop's number is ours and the per-CPU lists", () => {
    expect(partsOf(rows, "htop used (the number)")).toEqual({ pcp: PCP });
  });

  it("Grafana's Apps is the processes and everything nobody drew", () => {
    const parts = partsOf(rows, "grafana-1860 Apps");
    expect(parts).toMatchObject({ kernelStack: 3_304, percpu: 1_856, pcp: PCP });
    expect(Object.keys(parts)).toEqual(["kernelStack", "percpu", "vmalloc", "allocpage", "pcp"]);
    expect(parts["vmalloc"]).toBe(35_240 - 3_304);
  });

  it("memgraph's allocPage: four terms, each named", () => {
    // 18,336 unevictable less 17,380 mlocked, and what lies between the lists at that moment.
    const counters = 297_768 + 13_857_892 + 82_128;
    const lists = 188_656 + 544_984 + 4_437_372 + 9_068_956 + 17_380;
    expect(partsOf(rows, "sysak-memgraph allocPage")).toEqual({
      fileCache: counters - lists,
      percpu: 1_856,
      vmalloc: -3_304,
      pcp: PCP,
    });
  });

  it("what the kernel keeps back is said where the low watermarks are known", () => {
    const parts = partsOf(rows, "free available");
    // zoneinfo: low is 14 + 3,148 + 19,225 + 32 pages in all, less than half of either.
    expect(Object.keys(parts)).toEqual(["fileCache", "slabReclaimable", "pcp", "free"]);
    expect(parts["slabReclaimable"]).toBe(-(14 + 3_148 + 19_225 + 32) * 4);
    expect(parts["pcp"]).toBe(-PCP);
  });

  it("a row that equals ours says so with no part", () => {
    expect(rowOf(rows, "free shared")).toMatchObject({ differs: 0, parts: [] });
    expect(rowOf(rows, "netdata cached")).toMatchObject({ differs: 0, parts: [] });
  });

  it("names the source of every formula", () => {
    expect(rows.every(({ source }) => source !== undefined && source.length > 0)).toBe(true);
  });
});

describe("ZFS", () => {
  const meminfo = readFixture(`${CAPTURE}/proc/meminfo`);
  const arc =
    "size                            4    3221225472\nc_min                           4    1073741824\n";
  const rows = rowsOf({ meminfo }, arc);
  const plain = rowsOf({ meminfo });
  const GIB = 1024 ** 3;
  const moved = (name: string) =>
    (rowOf(rows, name)?.bytes ?? 0) - (rowOf(plain, name)?.bytes ?? 0);

  it("htop, btop and Netdata give back what the ARC may shrink by; procps does not know it", () => {
    expect(moved("htop used (the number)")).toBe(-2 * GIB);
    expect(moved("btop Used")).toBe(-2 * GIB);
    expect(moved("btop Cached")).toBe(3 * GIB);
    expect(moved("netdata used")).toBe(-2 * GIB);
    expect(moved("free used (procps 4)")).toBe(0);
  });
});

describe("the root cgroup", () => {
  const meminfo = readFixture(`${CAPTURE}/proc/meminfo`);
  // The capture is of v1; v2 is written by hand around its meminfo.
  const v2 = (more = "") =>
    [
      `/sys/fs/cgroup/memory.stat:anon ${297_768 * KIB}`,
      `/sys/fs/cgroup/memory.stat:file ${(13_857_892 + 82_128) * KIB}`,
      `/sys/fs/cgroup/memory.stat:inactive_file ${9_068_956 * KIB}`,
      more,
    ].join("\n");

  it("v2: anon and file less inactive file, and no kernel memory", () => {
    const rows = rowsOf({ meminfo, cgroups: v2() });
    const working = (297_768 + 13_857_892 + 82_128 - 9_068_956) * KIB;
    expect(rowOf(rows, "kubectl-top working set (cgroup v2)")?.bytes).toBe(working);
    expect(rowOf(rows, "kubelet memory.available (cgroup v2)")?.bytes).toBe(
      24_684_096 * KIB - working,
    );
    const { slabUnreclaimable, allocpage } = partsOf(rows, "kubectl-top working set (cgroup v2)");
    expect(slabUnreclaimable).toBe(-109_896);
    expect(allocpage).toBeLessThan(-2 * 1024 * 1024);
    expect(rowOf(rows, "kubectl-top working set (cgroup v2, before 2023-08)")?.bytes).toBe(
      (24_684_096 - 6_184_180 - 9_068_956) * KIB,
    );
  });

  it("v1: usage less inactive file, on a capture", () => {
    const rows = rowsOf({ meminfo, cgroups: readFixture(`${CAPTURE}/cgroup.memory`) });
    const row = rowOf(rows, "kubectl-top working set (cgroup v1)");
    expect(row?.bytes).toBe(14_481_924_096 - 9_284_014_080);
    expect(sumOf(row?.parts)).toBe(row?.differs);
  });

  it("a container's own cgroup is not taken for the node's", () => {
    const own = rowsOf({ meminfo, cgroups: v2("/sys/fs/cgroup/memory.current:14580000000") });
    expect(own.filter(({ tool }) => tool.startsWith("kube"))).toEqual([]);
    const small =
      "/sys/fs/cgroup/memory/memory.usage_in_bytes:5368709120\n/sys/fs/cgroup/memory/memory.stat:total_inactive_file 1048576\n";
    const v1 = rowsOf({ meminfo, cgroups: small });
    expect(v1.filter(({ tool }) => tool.startsWith("kube"))).toEqual([]);
  });
});

it("a boot log gives memgraph's kernelUsed and total, with what was reserved", () => {
  const dmesg =
    "[    0.1] Memory: 24127960K/25180476K available (14336K kernel code, 496380K reserved, 0K cma-reserved)\n";
  const rows = rowsOf({ meminfo: readFixture(`${CAPTURE}/proc/meminfo`), dmesg });
  const total = rowOf(rows, "sysak-memgraph total");
  expect(total).toMatchObject({ bytes: (24_684_096 + 496_380) * KIB, differs: 0 });
  const kernel = rowOf(rows, "sysak-memgraph kernelUsed");
  expect(sumOf(kernel?.parts)).toBe(kernel?.differs);
  expect(
    rowOf(rowsOf({ meminfo: readFixture(`${CAPTURE}/proc/meminfo`) }), "sysak-memgraph total"),
  ).toBeUndefined();
});
