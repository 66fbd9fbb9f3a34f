import { describe, expect, it } from "vitest";
import { readFixture } from "../parse/captures.test-support";
import { snapshotOf } from "../snapshot.test-support";
import { KIB, MIB } from "../units";
import { viewAllocpage } from "./allocpage";
import { bucketBytes } from "./buckets";
import { shareCgroups } from "./cgroups";
import { composeMemory } from "./composition";
import { podOf } from "./pods";
import { reconcile } from "./reconcile/reconcile";
import { viewSlab } from "./slab";

const CAPTURE = "live-memsnap-incident";
const incident = snapshotOf({
  meminfo: readFixture(`${CAPTURE}/proc/meminfo`),
  zoneinfo: readFixture(`${CAPTURE}/proc/zoneinfo`),
  vmstat: readFixture(`${CAPTURE}/proc/vmstat`),
  slabinfo: readFixture(`${CAPTURE}/proc/slabinfo`),
  sockstat: readFixture(`${CAPTURE}/proc/net/sockstat`),
  cgroups: readFixture(`${CAPTURE}/cgroup.memory`),
});

describe("the allocpage view", () => {
  const view = viewAllocpage(incident);

  it("takes every bucket off MemTotal, line by line, and ends at allocpage", () => {
    expect(view?.ledger[0]).toMatchObject({ id: "memTotal", bytes: 24_684_096 * KIB });
    expect(view?.ledger.reduce((sum, line) => sum + line.bytes, 0)).toBe(view?.bytes);
  });

  it("takes off what TCP owns up to before it calls anything unexplained", () => {
    expect(view?.explained).toBe(4_939 * 4_096);
    expect(view?.unexplained).toBe((view?.bytes ?? 0) - 4_939 * 4_096);
  });

  it("shows the census of 32 KiB blocks where the capture has one", () => {
    const guest = "guest-6.1-virtio-incident";
    const census = viewAllocpage(
      snapshotOf({
        meminfo: readFixture(`${guest}/proc/meminfo`),
        kpageflags: readFixture(`${guest}/kpageflags`),
      }),
    )?.census;
    expect(census?.find((row) => row.order === 3)?.bytes).toBe(466_016 * KIB);
  });
});

describe("the slab view", () => {
  const view = viewSlab(incident);

  it("ranks caches by their pages, not by objects or names", () => {
    expect(view?.rows.slice(0, 2).map((row) => row.name)).toEqual(["dentry", "buffer_head"]);
    expect(view?.rows[0]).toMatchObject({
      bytes: 107_224 * 4_096,
      reclaim: "reclaimable",
      subsystem: "file system",
    });
  });

  it("finds kmalloc beyond two pages as what meminfo has and no cache shows", () => {
    const sum = view?.sumOfCaches ?? 0;
    expect(view?.largeKmalloc?.value).toBe(1_053_324 * KIB - sum);
  });

  it("shows how a cache grew between two looks", () => {
    const line = (slabs: number) =>
      `slabinfo - version: 2.1\nfilp 10 10 256 16 1 : tunables 0 0 0 : slabdata ${slabs} ${slabs} 0\n`;
    const previous = snapshotOf({ slabinfo: line(10) });
    const rows = viewSlab({ ...snapshotOf({ slabinfo: line(25) }), previous })?.rows;
    expect(rows?.[0]?.growth).toBe(15 * 4_096);
  });
});

describe("what other tools print", () => {
  const composition = composeMemory(incident);
  const rows = reconcile(incident, composition);
  const bytesOf = (label: string) => rows.find((row) => row.label.startsWith(label))?.bytes;

  it("is computed by each tool's own formula", () => {
    // By hand, in KiB, from the capture's meminfo.
    expect(bytesOf("used (procps 3.3)")).toBe(
      (24_684_096 - 6_184_180 - 82_128 - 13_857_892 - 943_428) * KIB,
    );
    expect(bytesOf("used (procps 4)")).toBe((24_684_096 - 20_254_044) * KIB);
    expect(bytesOf("Apps")).toBe(
      (24_684_096 - 6_184_180 - 82_128 - 13_857_892 - 1_053_324 - 14_084) * KIB,
    );
    const lru = 188_656 + 544_984 + 4_437_372 + 9_068_956 + 17_380;
    expect(bytesOf("allocPage")).toBe(
      (24_684_096 - 6_184_180 - lru - 1_053_324 - 3_304 - 14_084 - 35_240) * KIB,
    );
  });

  it("says by how much it differs from the ledger", () => {
    const sysak = rows.find((row) => row.tool === "sysak-memgraph");
    const allocpage = composition ? bucketBytes(composition, "allocpage") : 0;
    expect(sysak?.differs).toBe((sysak?.bytes ?? 0) - allocpage);
    expect(sysak?.differs).toBeGreaterThan(300 * MIB);
  });
});

describe("memory cgroups", () => {
  it("are shown with what they are charged, from a v1 hierarchy", () => {
    const root = shareCgroups(incident).find((cgroup) => cgroup.path === "/");
    expect(root).toMatchObject({ anon: 223_027_200, kernel: 982_208_512, sock: 0 });
  });

  it("of v2 show the kernel memory that has no counter of its own", () => {
    const cgroups = `/sys/fs/cgroup/a/memory.current:1000000
/sys/fs/cgroup/a/memory.stat:anon 100000
/sys/fs/cgroup/a/memory.stat:file 200000
/sys/fs/cgroup/a/memory.stat:kernel 600000
/sys/fs/cgroup/a/memory.stat:kernel_stack 100000
/sys/fs/cgroup/a/memory.stat:slab 200000
/sys/fs/cgroup/a/memory.stat:sock 5000
`;
    expect(shareCgroups(snapshotOf({ cgroups }))[0]).toMatchObject({
      path: "/a",
      kernelOther: 300_000,
      sock: 5_000,
    });
  });

  it("of a pod carry its uid, whichever driver wrote the path", () => {
    const id = "0123456789abcdef".repeat(4);
    expect(podOf(`/kubepods/burstable/pod2d1f4f6e-1111-2222-3333-444455556666/${id}`)).toBe(
      "2d1f4f6e-1111-2222-3333-444455556666/0123456789ab",
    );
    expect(
      podOf(
        `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod2d1f4f6e_1111_2222_3333_444455556666.slice/cri-containerd-${id}.scope`,
      ),
    ).toBe("2d1f4f6e-1111-2222-3333-444455556666/0123456789ab");
    expect(podOf("/system.slice/nginx.service")).toBeUndefined();
  });
});

describe("NUMA nodes", () => {
  it("have a ledger of their own that adds up to the node's MemTotal", () => {
    const numa = readFixture("guest-6.1-virtio-incident/sys/devices/system/node/node0/meminfo");
    const meminfo = readFixture("guest-6.1-virtio-incident/proc/meminfo");
    const zoneinfo = readFixture("guest-6.1-virtio-incident/proc/zoneinfo");
    const composition = composeMemory(snapshotOf({ meminfo, zoneinfo, numa }));
    const node = composition?.numa?.[0];
    expect(node?.buckets.reduce((sum, bucket) => sum + bucket.bytes, 0)).toBe(node?.memTotal);
    const [ofNode, ofMachine] = [node, composition].map((each) =>
      each ? bucketBytes(each, "allocpage") : 0,
    );
    // One node is the whole machine here: percpu and vmalloc (9 MiB) stay in the node's remainder.
    expect(Math.abs((ofNode ?? 0) - (ofMachine ?? 0))).toBeLessThan(12 * MIB);
  });
});
