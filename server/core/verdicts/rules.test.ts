import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseNetCounters } from "../parse/net-counters";
import { reportSnapshot } from "../report-snapshot";
import { snapshotOf, type Texts } from "../snapshot.test-support";
import { GIB, MIB } from "../units";
import { RULES } from "./rules";

/** A healthy machine of 8 GiB, so that only the queue under test can raise the status. */
const HEALTHY = `MemTotal: 8388608 kB
MemFree: 3000000 kB
MemAvailable: 6000000 kB
Buffers: 100000 kB
Cached: 3000000 kB
AnonPages: 1900000 kB
Shmem: 10000 kB
Slab: 300000 kB
SReclaimable: 200000 kB
SUnreclaim: 100000 kB
KernelStack: 10000 kB
PageTables: 30000 kB
`;

function ids(texts: Texts): readonly string[] {
  return reportSnapshot(snapshotOf({ meminfo: HEALTHY, ...texts })).findings.map(
    (finding) => finding.id,
  );
}

function report(texts: Texts) {
  return reportSnapshot(snapshotOf({ meminfo: HEALTHY, ...texts }));
}

describe("rules", () => {
  it("are all listed: a file in rules/ that nobody runs is a cause that is never found", () => {
    const folder = new URL("rules/", import.meta.url);
    const files = readdirSync(folder).filter((name) => !name.includes(".test"));
    expect(RULES.map((rule) => `${rule.id}.ts`).sort()).toEqual(files.sort());
  });
});

describe("unread datagrams", () => {
  const udp = (r: number, drops: number) =>
    `UNCONN ${r} 0 0.0.0.0:5004 0.0.0.0:* users:(("ffmpeg",pid=77,fd=6)) ino:9 sk:1 <-> skmem:(r${r},rb1342177280,t0,tb212992,f0,w0,o0,bl0,d${drops})\n`;

  it("of 1 GiB are held by the process that does not read, and drops make it sure", () => {
    const ss = `Netid ${"State Recv-Q Send-Q Local Address:Port Peer Address:Port"}\nudp ${udp(GIB, 75_818)}`;
    const { verdict, findings } = report({ ss });
    expect(verdict.status).toBe("held");
    expect(findings[0]).toMatchObject({
      id: "udp-unread",
      holders: [{ comm: "ffmpeg", pid: 77, fd: 6 }, {}],
    });
  });

  it("of a few MiB are everyday life", () => {
    expect(
      ids({
        ss: `Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port\nudp ${udp(4 * MIB, 0)}`,
      }),
    ).not.toContain("udp-unread");
  });
});

describe("unread unix data", () => {
  const pair = (t: number) =>
    `u_str ESTAB 0 0 * 100 * 200 users:(("app",pid=1,fd=3)) skmem:(r0,rb212992,t${t},tb212992,f0,w0,o0,bl0,d0) <->\nu_str ESTAB 100 0 /run/log 200 * 100 users:(("journald",pid=2,fd=4)) skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d0) <->\n`;

  it("blames the reader, not the sender that is charged", () => {
    expect(report({ ss: pair(1_200 * MIB) }).findings[0]).toMatchObject({
      id: "unix-unread",
      holders: [{ comm: "journald" }, {}],
    });
  });

  it("of a full default buffer is no finding", () => {
    expect(ids({ ss: pair(212_992) })).not.toContain("unix-unread");
  });
});

describe("send queues", () => {
  const sender = (w: number) =>
    `ESTAB 0 ${w} 10.0.0.5:443 10.0.0.9:50000 users:(("cdn",pid=5,fd=8)) ino:3 sk:1 <-> skmem:(r0,rb131072,t0,tb4194304,f0,w${w},o0,bl0,d0)\n`;

  it("that nobody drains are found with the process that fills them", () => {
    expect(report({ ss: sender(900 * MIB) }).findings[0]).toMatchObject({
      id: "stuck-senders",
      holders: [{ comm: "cdn" }, {}],
    });
  });

  it("of a busy connection are no finding", () => {
    expect(ids({ ss: sender(4 * MIB) })).not.toContain("stuck-senders");
  });
});

describe("orphans", () => {
  const sockstat = (orphan: number) => `TCP: inuse 100 orphan ${orphan} tw 0 alloc 100 mem 22016\n`;
  const sysctl = { "net.ipv4.tcp_max_orphans": "65536" };

  it("over the limit are suspect although TCP memory is fine", () => {
    expect(report({ sockstat: sockstat(65_738), sysctl })).toMatchObject({
      verdict: { status: "suspect" },
      findings: [{ id: "tcp-orphans" }],
    });
  });

  it("far below the limit are none of our business", () => {
    expect(ids({ sockstat: sockstat(900), sysctl })).not.toContain("tcp-orphans");
  });
});

describe("TCP memory", () => {
  const sysctl = { "net.ipv4.tcp_mem": "10000\t20000\t30000" };

  it.each([
    [19_000, undefined],
    [21_000, "watch"],
    [31_000, "suspect"],
  ] as const)("of %d pages against limits of 10,000 20,000 30,000", (mem, status) => {
    const { findings, verdict } = report({
      sockstat: `TCP: inuse 1 orphan 0 tw 0 alloc 1 mem ${mem}\n`,
      sysctl,
    });
    const found = findings.some((finding) => finding.id === "tcp-mem-pressure");
    expect(found ? verdict.status : undefined).toBe(status);
  });
});

describe("TIME-WAIT", () => {
  it("in great numbers is named and called harmless", () => {
    const { verdict, findings } = report({
      sockstat: "TCP: inuse 1 orphan 0 tw 80000 alloc 1 mem 5\n",
    });
    expect(findings.map((finding) => finding.id)).toContain("time-wait-flood");
    expect(verdict.status).toBe("healthy");
  });
});

describe("CLOSE-WAIT", () => {
  const rows = (count: number, state: string) =>
    Array.from(
      { length: count },
      (_, index) =>
        `${state} 1 0 10.0.0.5:80 10.0.0.9:${10_000 + index} users:(("java",pid=9,fd=${index + 10})) ino:${state.length * 100_000 + index} sk:1\n`,
    ).join("");

  it("by the hundreds in one process is a missing close()", () => {
    const { findings, verdict } = report({ ss: rows(600, "CLOSE-WAIT") });
    expect(findings[0]).toMatchObject({ id: "close-wait-leak", holders: [{ pid: 9, count: 600 }] });
    expect(verdict.status).toBe("watch");
  });

  it("of a few among many sockets is everyday life", () => {
    expect(ids({ ss: rows(5, "CLOSE-WAIT") + rows(100, "ESTAB") })).not.toContain(
      "close-wait-leak",
    );
  });
});

describe("socket descriptors", () => {
  const links = (count: number) =>
    Array.from({ length: count }, (_, index) => `/proc/8/fd/${index} socket:[${index + 1}]\n`).join(
      "",
    );

  it("by the thousands in one process are worth a look", () => {
    expect(report({ fd: links(2_500) }).findings[0]).toMatchObject({
      id: "socket-fd-leak",
      holders: [{ pid: 8, count: 2_500 }],
    });
  });

  it("of a usual server are not", () => {
    expect(ids({ fd: links(300) })).not.toContain("socket-fd-leak");
  });
});

describe("a collapsed queue", () => {
  const slabinfo =
    "slabinfo - version: 2.1\nkmalloc-4k 65536 65536 4096 8 8 : tunables 0 0 0 : slabdata 8192 8192 0\n";
  const ss =
    'ESTAB 40000000 0 127.0.0.1:80 10.0.0.9:1000 users:(("app",pid=4,fd=9)) ino:3 sk:1 <-> skmem:(r250000000,rb268435456,t0,tb87040,f0,w0,o0,bl0,d0)\n';
  const snapshot = snapshotOf({ meminfo: HEALTHY, slabinfo, ss });
  const collapsed = parseNetCounters(
    "TcpExt: TCPRcvCollapsed PruneCalled\nTcpExt: 62034 9917\n",
  ).value;

  it("lies in kmalloc-4k, and the socket explains it", () => {
    const { findings } = reportSnapshot({
      ...snapshot,
      netCounters: [{ file: "netstat", value: collapsed }],
    });
    expect(findings.map((finding) => finding.id)).toContain("socket-queue-collapsed");
  });

  it("is not blamed where the kernel never collapsed a queue", () => {
    expect(reportSnapshot(snapshot).findings.map((finding) => finding.id)).not.toContain(
      "socket-queue-collapsed",
    );
  });
});

describe("page tables", () => {
  const withTables = (kib: number) =>
    HEALTHY.replace("PageTables: 30000 kB", `PageTables: ${kib} kB`).replace(
      "AnonPages: 1900000 kB",
      "AnonPages: 900000 kB",
    );

  it("of 12 % of RAM are suspect, whatever else is small", () => {
    const { verdict, findings } = report({ meminfo: withTables(1_000_000) });
    expect(verdict).toMatchObject({ status: "suspect", bucket: "pageTables" });
    expect(findings[0]?.id).toBe("page-tables");
  });

  it("are convicted without MemTotal, by their size beside what is mapped", () => {
    const { verdict } = reportSnapshot(snapshotOf({ meminfo: "PageTables: 19189760 kB\n" }));
    expect(verdict).toMatchObject({ status: "suspect", bucket: "pageTables" });
  });

  it("of a usual size are no finding", () => {
    expect(ids({ meminfo: withTables(60_000) })).not.toContain("page-tables");
  });
});

describe("huge pages", () => {
  const pool = (free: number) =>
    `${HEALTHY}HugePages_Total: 1000\nHugePages_Free: ${free}\nHugePages_Rsvd: 0\nHugepagesize: 2048 kB\n`;

  it("that nobody uses are a waste worth a word", () => {
    expect(ids({ meminfo: pool(900) })).toContain("hugetlb-unused");
  });

  it("in use are what they were set aside for", () => {
    expect(ids({ meminfo: pool(100) })).not.toContain("hugetlb-unused");
  });
});

describe("dentries", () => {
  const slabinfo = (slabs: number) =>
    `slabinfo - version: 2.1\ndentry ${slabs * 21} ${slabs * 21} 192 21 1 : tunables 0 0 0 : slabdata ${slabs} ${slabs} 0\n`;
  const meminfo = HEALTHY.replace("Cached: 3000000 kB", "Cached: 500000 kB")
    .replace("SReclaimable: 200000 kB", "SReclaimable: 2700000 kB")
    .replace("Slab: 300000 kB", "Slab: 2800000 kB");

  it("in great numbers are named, and called no leak", () => {
    const { verdict, findings } = report({ meminfo, slabinfo: slabinfo(400_000) });
    expect(findings.map((finding) => finding.id)).toContain("dentry-cache");
    expect(verdict.status).toBe("healthy");
  });

  it("of a few hundred MiB are everyday life", () => {
    expect(ids({ meminfo, slabinfo: slabinfo(50_000) })).not.toContain("dentry-cache");
  });
});

describe("dying cgroups", () => {
  const cgroups = (dying: number) =>
    `/sys/fs/cgroup/cgroup.stat:nr_descendants 100\n/sys/fs/cgroup/cgroup.stat:nr_dying_descendants ${dying}\n/sys/fs/cgroup/memory.current:1000\n`;

  it("by the thousands are suspect", () => {
    const { findings } = report({ cgroups: cgroups(2_500) });
    expect(findings[0]).toMatchObject({
      id: "zombie-cgroups",
      holders: [{ kind: "cgroup", count: 2_500 }],
    });
  });

  it("of a few removed services are not", () => {
    expect(ids({ cgroups: cgroups(40) })).not.toContain("zombie-cgroups");
  });
});
