import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Snapshot } from "../core/snapshot";
import { makeTar, tarHeader, tarMember } from "./archive/make-archive.test-support";
import { readInputFile, readInputText } from "./read-input";
import {
  fixture,
  folder,
  MEMINFO,
  memTotal,
  put,
  readOne,
  SLABINFO,
  SS,
  TOTAL,
} from "./read-input.test-support";
import { readTexts } from "./read-texts";

describe("layouts", () => {
  it("two looks of the collector are two snapshots, the later knowing the earlier", async () => {
    const { snapshots } = await readInputFile(
      fixture("live-memsnap-incident/memsnap-incident.tar.gz"),
    );
    const [first, second] = snapshots;
    expect(snapshots.map(({ kind }) => kind)).toEqual(["memledger", "memledger"]);
    expect(second?.previous?.node.takenAt).toBe(first?.node.takenAt);
    expect(second?.node.uptimeSeconds).toBeGreaterThan(first?.node.uptimeSeconds ?? Infinity);
    expect(second?.meminfo?.file).toBe("snap/t2/proc/meminfo");
    expect(second?.vmallocinfo).toBe(first?.vmallocinfo);
    expect(second?.socketTables.every(({ file }) => file.startsWith("snap/t2/"))).toBe(true);
    expect(first?.texts.has("snap/t2/proc/meminfo")).toBe(false);
    expect(second?.texts.has("snap/t1/ss-tcp")).toBe(false);
    expect(second?.files.filter(({ format }) => format === "meminfo")).toHaveLength(1);
    expect(first?.missing.map(({ file }) => file)).toContain("proc/sys/net/ipv4/tcp_mem");
  });

  it("a sosreport's proc/net is found through its links", async () => {
    const snapshot = await readOne(fixture("live-sosreport-incident/sosreport-incident.tar.gz"));
    expect(snapshot.kind).toBe("sosreport");
    expect(snapshot.sockstat?.value.get("TCP.mem")?.value).toBeGreaterThan(1000);
    const via = new Set(snapshot.socketTables.map((table) => table.via));
    expect([...via].sort()).toEqual(["netstat", "proc"]);
    expect(snapshot.node.takenAt).toBe("2026-11-22T00:00:00Z");
  });

  it("sockets of another network namespace carry its name, its counters are left out", async () => {
    const tar = await makeTar([
      { name: "snap/meta", body: "format memledger/1\ntime 2026-11-22T20:19:43Z\npagesize 4096\n" },
      { name: "snap/proc/meminfo", body: MEMINFO },
      { name: "snap/t1/ss-all", body: SS },
      { name: "snap/netns/4026532177/ss-all", body: SS },
      {
        name: "snap/netns/4026532177/proc-net/sockstat",
        body: "sockets: used 5\nTCP: inuse 1 orphan 0 tw 0 alloc 2 mem 9\n",
      },
    ]);
    const snapshot = await readOne(put("netns.tar", tar));
    expect(snapshot.socketTables.map(({ netns }) => netns)).toEqual([
      undefined,
      "net:[4026532177]",
    ]);
    expect(snapshot.sockstat).toBeUndefined();
  });

  it("folders that repeat a table are moments in natural order, others are one machine", async () => {
    for (const day of ["day10", "day9"]) put(`series/${day}/meminfo`, MEMINFO);
    put("series/uname.txt", "Linux db-1 5.4.0-45-generic #49-Ubuntu SMP x86_64 GNU/Linux\n");
    const series = await readInputFile(join(folder, "series"));
    expect(series.snapshots.map((one) => one.meminfo?.file)).toEqual([
      "day9/meminfo",
      "day10/meminfo",
    ]);
    expect(series.snapshots[1]?.previous?.meminfo?.file).toBe("day9/meminfo");
    expect(series.snapshots[1]?.node.hostname).toBe("db-1");
    put("parts/mem/meminfo.txt", MEMINFO);
    put("parts/net/ss.txt", SS);
    expect((await readOne(join(folder, "parts"))).socketTables).toHaveLength(1);
  });

  it("a container's file system inside a report is not a second machine", async () => {
    const tar = await makeTar([
      { name: "sosreport-x/proc/meminfo", body: MEMINFO },
      { name: "sosreport-x/run/c1/rootfs/proc/meminfo", body: "MemTotal: 5 kB\nMemFree: 1 kB\n" },
    ]);
    const snapshot = await readOne(put("inner.tar", tar));
    expect(memTotal(snapshot)).toBe(TOTAL);
  });

  it("processes of a plain copy are one table, links of fd are read as links", async () => {
    const status = "Name:\tnginx\nState:\tT (stopped)\nPPid:\t1\nVmRSS:\t    6124 kB\n";
    const tar = Buffer.concat([
      tarMember("proc/meminfo", MEMINFO),
      tarMember("proc/12/status", status),
      tarMember("proc/7/status", status),
      tarHeader({ name: "proc/12/fd/3", type: "2", link: "socket:[318477]" }),
    ]);
    const snapshot = await readOne(put("pids.tar", tar));
    expect(snapshot.processTables.flatMap(({ rows }) => rows.map(({ pid }) => pid)).sort()).toEqual(
      [12, 7],
    );
    expect(snapshot.fdLinks[0]?.value[0]).toMatchObject({ pid: 12, fd: 3, inode: 318477 });
  });

  it("of two files of a kind the nearer is used and the other is named", async () => {
    const tar = await makeTar([
      { name: "proc/modules", body: "nf_tables 200000 1 - Live 0x0\n" },
      {
        name: "sos_commands/kernel/lsmod",
        body: "Module                  Size  Used by\nzfs 100 0\n",
      },
      { name: "proc/meminfo", body: MEMINFO },
    ]);
    const snapshot = await readOne(put("two.tar", tar));
    expect(snapshot.modules?.file).toBe("proc/modules");
    expect(snapshot.files.find(({ file }) => file.endsWith("lsmod"))?.format).toContain("not used");
  });

  it("pages of 64 KiB are seen in the numbers", async () => {
    const fields = ["MemFree", "Cached", "Active", "Inactive", "AnonPages", "Mapped", "Slab"];
    const text = `MemTotal: 64000 kB\n${fields.map((name, at) => `${name}: ${(at + 1) * 64} kB`).join("\n")}\n`;
    expect((await readOne(put("arm/meminfo", text))).node.pageSize).toBe(65536);
    expect((await readOne(put("x86/meminfo", MEMINFO))).node.pageSize).toBe(4096);
  });
});

describe("a paste", () => {
  it("of several outputs is cut where their shape changes, with line numbers of the whole", async () => {
    const text = `$ cat /proc/meminfo\n${MEMINFO}$ sudo cat /proc/slabinfo\n${SLABINFO}\n$ ss -aemnip\n${SS}`;
    const { snapshots } = await readInputText("paste", text);
    const [snapshot] = snapshots;
    expect(snapshots).toHaveLength(1);
    expect(snapshot?.meminfo?.value.get("MemTotal")?.line).toBe(2);
    expect(snapshot?.slab?.value[0]?.line).toBe(8);
    expect(snapshot?.socketTables[0]?.rows[0]?.line).toBe(12);
    expect(snapshot?.texts.get("paste")).toBe(text);
  });

  it("finds a table behind tens of thousands of log lines", async () => {
    const log = "[    1.000000] filler\n".repeat(20_000);
    const { snapshots } = await readInputText("paste", `${log}\n${MEMINFO}`);
    expect(snapshots[0]?.meminfo?.value.get("MemTotal")?.line).toBe(20_002);
    expect(snapshots[0]?.kernelLog).toBeDefined();
  });

  it("of nothing but gaps is told apart in no time", async () => {
    const started = performance.now();
    const gaps = `${"\n".repeat(5_000_000)}x${" \n".repeat(100_000)}`;
    await expect(readInputText("paste", gaps)).rejects.toThrow("no file in it");
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("of the same table twice is two moments", async () => {
    const { snapshots } = await readInputText(
      "paste",
      `${MEMINFO}\n${SLABINFO}\n${MEMINFO}\n${SLABINFO}`,
    );
    expect(snapshots.map((one) => one.slab !== undefined)).toEqual([true, true]);
    expect(snapshots[1]?.previous?.meminfo?.value.get("MemTotal")?.line).toBe(1);
  });
});

describe("texts that were kept give the same snapshots again", () => {
  it.each([
    "live-memsnap-incident/memsnap-incident.tar.gz",
    "live-sosreport-incident/sosreport-incident.tar.gz",
    "guest-6.1-virtio-incident/memsnap.tar.gz",
  ])("%s", async (name) => {
    const before = (await readInputFile(fixture(name))).snapshots;
    const texts = new Map(before.flatMap((one) => [...one.texts]));
    const after = readTexts({ name: before[0]?.inputName ?? "", sha256: "0", texts }).snapshots;
    const facts = (one: Snapshot) => ({
      node: one.node,
      kind: one.kind,
      meminfo: one.meminfo,
      sockets: one.socketTables.map(({ file, rows }) => [file, rows.length]),
      processes: one.processTables.map(({ rows }) => rows.length).sort(),
    });
    expect(after.map(facts)).toEqual(before.map(facts));
  });
});

it("progress is told up to the last byte", async () => {
  const path = fixture("live-memsnap-healthy/memsnap-healthy.tar.gz");
  const seen: number[] = [];
  await readInputFile(path, { onProgress: ({ bytesDone }) => seen.push(bytesDone) });
  expect(seen.at(-1)).toBe(readFileSync(path).length);
});
