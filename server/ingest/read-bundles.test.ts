import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { reportSnapshot } from "../core/report-snapshot";
import { makeTar, makeZip } from "./archive/make-archive.test-support";
import { readInputFile, readInputText } from "./read-input";
import {
  fixture,
  MEMINFO,
  memTotal,
  put,
  readOne,
  SLABINFO,
  TOTAL,
} from "./read-input.test-support";
import { readTexts } from "./read-texts";

// Layouts by the collectors' scripts; numbers written by hand.
const node = (name: string, pressure = "False"): string =>
  `apiVersion: v1\nkind: Node\nmetadata:\n  name: ${name}\nstatus:\n  allocatable:\n    memory: 15115492Ki\n  capacity:\n    cpu: "4"\n    memory: 16266468Ki\n  conditions:\n  - status: "${pressure}"\n    type: MemoryPressure\n  nodeInfo:\n    architecture: amd64\n    kernelVersion: 4.18.0-372\n    osImage: RHCOS 412\n`;
const ROOT = "must-gather.local.1/quay-io-sha256-1/";
const OBJECTS = `${ROOT}cluster-scoped-resources/core/nodes/`;
const OOM = `[ 9.000001] java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
[ 9.000002] memory: usage 102400kB, limit 102400kB, failcnt 6402
[ 9.000003] Memory cgroup stats for /kubepods.slice/pod1.slice:
[ 9.000004] anon 98742272
[ 9.000005] Memory cgroup out of memory: Killed process 77 (java) total-vm:1kB
`;

async function mustGather(extra: readonly { name: string; body: string | Buffer }[] = []) {
  return gzipSync(
    await makeTar([
      { name: `${OBJECTS}worker-0.yaml`, body: node("worker-0", "True") },
      { name: `${OBJECTS}worker-1.yaml`, body: node("worker-1") },
      { name: `${ROOT}namespaces/x/pods/y/logs/current.log`, body: "hello\n" },
      ...extra,
    ]),
  );
}

describe("a must-gather", () => {
  it("names its nodes, their size and pressure, and what to collect", async () => {
    const { snapshots } = await readInputFile(put("must-gather.tar.gz", await mustGather()));
    expect(snapshots.map(({ kind, node: { hostname } }) => [kind, hostname])).toEqual([
      ["must-gather", "worker-0"],
      ["must-gather", "worker-1"],
    ]);
    const [first] = snapshots.map(reportSnapshot);
    expect(first?.node).toMatchObject({
      kernel: "4.18.0-372",
      arch: "x86_64",
      cpus: 4,
      os: "RHCOS 412",
    });
    expect(first?.verdict.status).toBe("insufficient");
    expect(first?.verdict.headline).toContain(
      "the node has 15.5 GiB, 14.4 GiB for pods, MemoryPressure is True",
    );
    expect(first?.nextSteps[0]?.command).toContain("oc debug node/");
  });

  it("gives a node the log that was collected on it", async () => {
    const path = put(
      "logs.tar.gz",
      await mustGather([{ name: `${ROOT}nodes/worker-1/dmesg`, body: OOM }]),
    );
    const { snapshots } = await readInputFile(path);
    expect(
      snapshots.map(({ node: { hostname }, kernelLog }) => [hostname, kernelLog?.value.oom.length]),
    ).toEqual([
      ["worker-0", undefined],
      ["worker-1", 1],
    ]);
  });

  it("gives a node the counters of its sysinfo archive", async () => {
    const sysinfo = gzipSync(await makeTar([{ name: "./proc/meminfo", body: MEMINFO }]));
    const path = put(
      "sysinfo.tar.gz",
      await mustGather([{ name: `${ROOT}nodes/worker-0/sysinfo.tgz`, body: sysinfo }]),
    );
    const { snapshots } = await readInputFile(path);
    expect(snapshots.map((one) => [one.node.hostname, memTotal(one)])).toEqual([
      ["worker-0", TOTAL],
      ["worker-1", undefined],
    ]);
  });

  it("with a sosreport inside is that machine, which knows what the cluster says of it", async () => {
    const sos = readFileSync(fixture("live-sosreport-healthy/sosreport-healthy.tar.gz"));
    const own = await readOne(fixture("live-sosreport-healthy/sosreport-healthy.tar.gz"));
    const name = own.node.hostname ?? "";
    const tar = await makeTar([
      { name: `${OBJECTS}${name}.example.net.yaml`, body: node(`${name}.example.net`) },
      { name: `${ROOT}sosreport-x-2026-01-01-abcdefg.tar.gz`, body: sos },
    ]);
    const snapshot = await readOne(put("with-sos.tar", tar));
    expect(memTotal(snapshot)).toBe(memTotal(own));
    expect(snapshot.kubernetesNode?.value.name).toBe(`${name}.example.net`);
  });

  it("without nodes says what to do", async () => {
    const tar = await makeTar([
      { name: `${ROOT}cluster-scoped-resources/core/namespaces/a.yaml`, body: "kind: Namespace\n" },
    ]);
    await expect(readInputFile(put("empty-mg.tar", tar))).rejects.toThrow("collect a sosreport");
  });
});

describe("other bundles of nodes", () => {
  it("kubectl cluster-info dump: one machine for each node of the list", async () => {
    const list = {
      kind: "NodeList",
      items: ["a", "b"].map((name) => ({
        kind: "Node",
        metadata: { name },
        status: { capacity: { memory: "1Gi" } },
      })),
    };
    const { snapshots } = await readInputFile(
      put("dump/nodes.json", JSON.stringify(list, null, 4)),
    );
    expect(snapshots.map(({ node: { hostname } }) => hostname)).toEqual(["a", "b"]);
    expect(snapshots[1]?.kubernetesNode?.value.capacity?.value).toBe(1024 ** 3);
  });

  it("sos collect: each archive inside is a machine", async () => {
    const inner = async (host: string) =>
      gzipSync(
        await makeTar([
          { name: `sosreport-${host}-2026-01-01-abcdefg/proc/meminfo`, body: MEMINFO },
          {
            name: `sosreport-${host}-2026-01-01-abcdefg/sos_commands/host/hostname`,
            body: `${host}\n`,
          },
        ]),
      );
    const outer = await makeTar([
      { name: "sos-collector-x/sosreport-a-2026-01-01-abcdefg.tar.gz", body: await inner("a") },
      { name: "sos-collector-x/sosreport-b-2026-01-01-abcdefg.tar.gz", body: await inner("b") },
    ]);
    const { snapshots } = await readInputFile(put("sos-collector.tar", outer));
    expect(snapshots.map((one) => [one.kind, one.node.hostname, memTotal(one)])).toEqual([
      ["sosreport", "a", TOTAL],
      ["sosreport", "b", TOTAL],
    ]);
  });

  it.each(["insights-a-2026/data/insights_commands/", "insights-a-2026/insights_commands/"])(
    "insights-client: files under data/ and commands under %s are one machine",
    async (commands) => {
      const tar = await makeTar([
        { name: "insights-a-2026/data/proc/meminfo", body: MEMINFO },
        { name: "insights-a-2026/data/proc/slabinfo", body: SLABINFO },
        { name: `${commands}hostname`, body: "a\n" },
        { name: `${commands}uname_-a`, body: "Linux a 4.18.0-372 #1 SMP x86_64 GNU/Linux\n" },
        { name: `${commands}date`, body: "Fri Feb 11 19:23:39 UTC 2022\n" },
      ]);
      const snapshot = await readOne(put("insights-a.tar", tar));
      expect(snapshot.node).toMatchObject({
        hostname: "a",
        kernel: "4.18.0-372",
        takenAt: "2022-02-11T19:23:39Z",
      });
      expect(memTotal(snapshot)).toBe(TOTAL);
      expect(snapshot.slab).toBeDefined();
    },
  );

  it("Rancher's collector: systeminfo/ and networking/ are one machine", async () => {
    const root = "rke2-node-1-2026-02-03_10_00_00/";
    const tar = await makeTar([
      { name: `${root}systeminfo/hostname`, body: "rke2-node-1\n" },
      { name: `${root}systeminfo/date`, body: "Fri Feb 11 19:23:39 UTC 2022\n" },
      {
        name: `${root}systeminfo/uname`,
        body: "Linux rke2-node-1 5.14.0 #1 SMP x86_64 GNU/Linux\n",
      },
      { name: `${root}systeminfo/dmesg`, body: OOM },
      {
        name: `${root}systeminfo/ps`,
        body: "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nroot           1  0.0  0.3 170000 12000 ?        Ss   10:00   0:01 /sbin/init\n",
      },
      {
        name: `${root}networking/ssanp`,
        body: "Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\ntcp   ESTAB 27452  0      127.0.0.1:18080     127.0.0.1:42212   \n",
      },
    ]);
    const snapshot = await readOne(put("rke2.tar.gz", gzipSync(tar)));
    expect(snapshot.node).toMatchObject({
      hostname: "rke2-node-1",
      takenAt: "2022-02-11T19:23:39Z",
    });
    expect(snapshot.processTables).toHaveLength(1);
    expect(snapshot.socketTables).toHaveLength(1);
    const { verdict } = reportSnapshot(snapshot);
    expect(verdict).toMatchObject({ status: "insufficient" });
    expect(verdict.headline).toContain(
      "a memory cgroup ran into its own limit of 100 MiB and java was killed",
    );
  });

  it("talos support.zip: a log for each node, never mixed", async () => {
    const zip = makeZip([
      { name: "10.5.0.2/dmesg.log", body: OOM },
      { name: "10.5.0.3/dmesg.log", body: OOM.replaceAll("java", "etcd") },
    ]);
    const { snapshots } = await readInputFile(put("support.zip", zip));
    expect(snapshots.map(({ kernelLog }) => kernelLog?.value.oom[0]?.killed?.comm)).toEqual([
      "java",
      "etcd",
    ]);
  });
});

describe("a series", () => {
  const meminfo = (at: number) =>
    `MemTotal:        4026036 kB\nMemFree:          ${1_000_000 - at} kB\nCached:   2658200 kB\n`;
  const stamp = (minute: number) =>
    `Tue Nov 24 ${String(10 + Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}:00 UTC 2026`;
  const hour = (first: number, body: (minute: number) => string) =>
    `Linux OSWbb v8.3.2\nSNAP_INTERVAL 60\n${Array.from({ length: 60 }, (_, at) => `zzz ***${stamp(first + at)}\n${body(first + at)}`).join("")}`;

  it("of OSWatcher is moments of one node, its tools put together by time", async () => {
    const root = "osw/archive/";
    const tar = await makeTar(
      [0, 60, 120].flatMap((first) => [
        {
          name: `${root}oswmeminfo/db-7_meminfo_26.11.24.${1000 + first}.dat`,
          body: hour(first, meminfo),
        },
        {
          name: `${root}oswslabinfo/db-7_slabinfo_26.11.24.${1000 + first}.dat`,
          body: hour(first, () => SLABINFO),
        },
        {
          name: `${root}oswiostat/db-7_iostat_26.11.24.${1000 + first}.dat`,
          body: "zzz ***x\nsda 1\n",
        },
      ]),
    );
    const { snapshots } = await readInputFile(put("osw.tar.gz", gzipSync(tar)));
    expect(snapshots).toHaveLength(24);
    expect(snapshots.map(({ node: { hostname } }) => hostname)).toEqual(Array(24).fill("db-7"));
    const last = snapshots.at(-1);
    expect(last?.node.takenAt).toBe("2026-11-24T12:59:00Z");
    expect(snapshots[0]?.node.takenAt).toBe("2026-11-24T10:04:00Z");
    expect(last?.slab?.value).toHaveLength(1);
    const free = last?.meminfo?.value.get("MemFree");
    expect(free?.value).toBe((1_000_000 - 179) * 1024);
    const quoted = last?.texts.get(last.meminfo?.file ?? "")?.split("\n")[(free?.line ?? 0) - 1];
    expect(quoted).toContain("MemFree:");
    let moments = 0;
    for (let at = last; at; at = at.previous) moments += 1;
    expect(moments).toBe(24);
    const texts = new Map(snapshots.flatMap((one) => [...one.texts]));
    const again = readTexts({ name: "osw", sha256: "", texts }).snapshots;
    expect(again.map(({ node, meminfo: total }) => [node, total])).toEqual(
      snapshots.map(({ node, meminfo: total }) => [node, total]),
    );
  });

  it("of a loop around date and cat keeps the first, the last and a trend between", async () => {
    const text = Array.from(
      { length: 100 },
      (_, minute) => `${stamp(minute)}\n${meminfo(minute)}`,
    ).join("\n");
    const { snapshots } = await readInputText("watch.log", text);
    expect(snapshots).toHaveLength(24);
    expect(snapshots.map(({ node }) => node.takenAt).filter((_, at) => at % 23 === 0)).toEqual([
      "2026-11-24T10:00:00Z",
      "2026-11-24T11:39:00Z",
    ]);
    expect(snapshots[0]?.unreadable[0]?.error).toContain("were left out");
  });
});

describe("sar", () => {
  const GIB_KB = 1_048_576;
  const columns =
    "kbmemfree kbavail kbmemused %memused kbbuffers kbcached kbcommit %commit kbactive kbinact kbdirty kbanonpg kbslab kbkstack kbpgtbl kbvmused";
  const huge = "\n\n00:00:01 kbhugfree kbhugused %hugused\n";
  const hours = Array.from({ length: 23 }, (_, at) => `${String(at + 1).padStart(2, "0")}:00:01`);
  /** 16 GiB of which `lost` GiB are in no column. */
  const row = (lost: number): string => {
    const free = Math.round((8 - lost) * GIB_KB);
    const used = 16 * GIB_KB - free - 4 * GIB_KB;
    const percent = ((used / (16 * GIB_KB)) * 100).toFixed(2);
    return `${free} ${free} ${used} ${percent} ${GIB_KB} ${2 * GIB_KB} 1 0.01 5 6 7 ${3 * GIB_KB} ${GIB_KB} 1000 2000 3000`;
  };
  const day = (lostAt: (hour: number) => number, withHuge: boolean): string =>
    `Linux 5.14.0-70 (db-7) \t02/11/2022 \t_x86_64_\t(8 CPU)\n\n00:00:01 ${columns}\n${hours.map((hour, at) => `${hour} ${row(lostAt(at))}`).join("\n")}\nAverage: ${row(0)}\n${withHuge ? huge + hours.map((hour) => `${hour} 0 0 0.00`).join("\n") : ""}`;

  it("is moments of one node; memory that goes into no column all day long is a leak", async () => {
    const { snapshots } = await readInputText(
      "sar.txt",
      day((hour) => hour / 4, true),
    );
    expect(snapshots).toHaveLength(12);
    const last = snapshots.at(-1);
    expect(last?.node).toMatchObject({
      hostname: "db-7",
      cpus: 8,
      takenAt: "2022-02-11T23:00:01Z",
    });
    expect(last?.meminfo?.derived?.via).toBe("sar");
    expect(snapshots[0]?.node.takenAt).toBe("2022-02-11T01:00:01Z");
    if (!last) throw new Error("no moment");
    const { verdict, composition } = reportSnapshot(last);
    expect(composition?.memTotal).toBe(16 * GIB_KB * 1024);
    expect(verdict).toMatchObject({ status: "leaking", bucket: "allocpage" });
  });

  it("without its huge pages gives no alarm for what they may be", async () => {
    const { snapshots } = await readInputText(
      "sar.txt",
      day(() => 5, false),
    );
    const reports = snapshots.map(reportSnapshot);
    expect(reports.at(-1)?.verdict.status).toBe("insufficient");
  });

  it("of a quiet day gives no alarm", async () => {
    const { snapshots } = await readInputText(
      "sar.txt",
      day(() => 0, true),
    );
    expect(["healthy", "watch"]).toContain(snapshots.map(reportSnapshot).at(-1)?.verdict.status);
  });
});
