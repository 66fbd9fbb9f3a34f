import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Snapshot } from "../core/snapshot";
import {
  type Entry,
  makeTar,
  makeZip,
  sha256,
  tarHeader,
  tarMember,
} from "./archive/make-archive.test-support";
import { IngestError } from "./ingest-error";
import { type ReadOptions, readInputFile, readInputText } from "./read-input";
import { readTexts } from "./read-texts";

const MEMINFO = "MemTotal:        4026036 kB\nMemFree:          129248 kB\nCached:   2658200 kB\n";
const SLABINFO =
  "slabinfo - version: 2.1\n# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>\ndentry             1000   2100    192   21    1 : tunables    0    0    0 : slabdata    100    100      0\n";
const SS =
  'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\ntcp   ESTAB 27452  0      127.0.0.1:18080     127.0.0.1:42212   users:(("nginx",pid=1163,fd=10)) ino:318575 sk:1\n\t skmem:(r825344,rb6291456,t0,tb2626560,f4096,w0,o0,bl0,d0)\n';

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ingest-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, bytes: Buffer | string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

async function readOne(path: string, options?: ReadOptions): Promise<Snapshot> {
  const { snapshots } = await readInputFile(path, options);
  expect(snapshots).toHaveLength(1);
  const [snapshot] = snapshots;
  if (!snapshot) throw new Error("no snapshot");
  return snapshot;
}

async function refusal(reading: Promise<unknown>): Promise<IngestError> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(IngestError);
  return error as IngestError;
}

function memTotal(snapshot: Snapshot | undefined): number | undefined {
  return snapshot?.meminfo?.value.get("MemTotal")?.value;
}

const ENTRIES: readonly Entry[] = [
  { name: "host/proc/meminfo", body: MEMINFO, mtime: new Date("2026-03-04T05:06:07Z") },
  { name: "host/proc/slabinfo", body: SLABINFO, mtime: new Date("2026-03-04T05:06:00Z") },
  { name: "host/etc/hostname", body: "db-1\n" },
  { name: "host/var/cache/huge", body: Buffer.alloc(3_000_000, "x") },
];
const TOTAL = 4026036 * 1024;

function tool(command: string, args: readonly string[], input: Buffer): Buffer | undefined {
  const result = spawnSync(command, args, { input, maxBuffer: 1 << 28 });
  return result.status === 0 ? result.stdout : undefined;
}

describe("every archive gives the same snapshot, whatever its name", () => {
  const packers: readonly (readonly [string, (tar: Buffer) => Buffer | undefined])[] = [
    ["tar", (tar) => tar],
    ["gzip", (tar) => gzipSync(tar)],
    ["xz", (tar) => tool("xz", ["-c"], tar)],
    ["bzip2", (tar) => tool("bzip2", ["-c"], tar)],
    ["zstd", (tar) => tool("zstd", ["-cq"], tar)],
  ];

  it.each(packers)("%s", async (kind, pack) => {
    const bytes = pack(await makeTar(ENTRIES));
    if (!bytes) return; // the tool is not installed here
    const snapshot = await readOne(put(`upload-${kind}.dat`, bytes));
    expect(memTotal(snapshot)).toBe(TOTAL);
    expect(snapshot.slab?.value).toHaveLength(1);
    expect(snapshot.node.hostname).toBe("db-1");
    expect(snapshot.node.takenAt).toBe("2026-03-04T05:06:07Z");
    expect(snapshot.sha256).toBe(sha256(bytes));
    expect(snapshot.kind).toBe("proc");
  });

  it("without the system's tools the JavaScript readers do it", async () => {
    const tar = await makeTar(ENTRIES);
    const path = process.env["PATH"];
    const packed = packers.slice(2).map(([kind, pack]) => [kind, pack(tar)] as const);
    process.env["PATH"] = join(folder, "nowhere");
    try {
      for (const [kind, bytes] of packed) {
        if (bytes) expect(memTotal(await readOne(put(`js-${kind}`, bytes))), kind).toBe(TOTAL);
      }
    } finally {
      process.env["PATH"] = path;
    }
  });

  it("zip, with a link in it", async () => {
    const zip = makeZip([
      { name: "host/proc/meminfo", body: MEMINFO },
      { name: "host/hostname", body: "/etc/passwd", mode: 0o120777 },
      { name: "../../proc/slabinfo", body: SLABINFO },
    ]);
    const snapshot = await readOne(put("upload.zip.txt", zip));
    expect(memTotal(snapshot)).toBe(TOTAL);
    expect(snapshot.slab).toBeUndefined();
    expect(snapshot.unreadable.map(({ error }) => error).join()).toContain("leaves the archive");
    expect(snapshot.sha256).toBe(sha256(zip));
  });

  it("one compressed text", async () => {
    const snapshot = await readOne(put("x/meminfo.gz", gzipSync(MEMINFO)));
    expect(memTotal(snapshot)).toBe(TOTAL);
    expect(snapshot.kind).toBe("text");
  });

  it("an archive in an archive is opened, a third one is not", async () => {
    const inner = gzipSync(await makeTar(ENTRIES));
    const outer = await makeTar([{ name: "sosreport-a.tar.gz", body: inner }]);
    expect(memTotal(await readOne(put("collect.tar", outer)))).toBe(TOTAL);
    const third = await makeTar([
      { name: "collect.tar", body: outer },
      { name: "meminfo", body: MEMINFO },
    ]);
    const snapshot = await readOne(put("third.tar", third));
    expect(snapshot.unreadable.map(({ error }) => error).join()).toContain("not opened");
  });
});

describe("a hostile archive costs nothing but itself", () => {
  it("names and links that leave the archive are left out and named", async () => {
    const bytes = Buffer.concat([
      tarMember("../../../tmp/proc/slabinfo", SLABINFO),
      tarMember("/proc/meminfo", MEMINFO),
      tarHeader({ name: "proc/net", type: "2", link: "../../../../etc" }),
      tarHeader({ name: "proc/zoneinfo", type: "2", link: "../../../etc/passwd" }),
      tarHeader({ name: "proc/vmstat", type: "3" }),
      tarHeader({ name: "proc/buddyinfo", type: "6" }),
      tarMember("bad\0name", "x"),
    ]);
    const snapshot = await readOne(put("evil.tar", bytes));
    expect(memTotal(snapshot)).toBe(TOTAL);
    expect(snapshot.slab).toBeUndefined();
    expect(snapshot.zoneinfo).toBeUndefined();
    const notes = snapshot.unreadable.map(({ file }) => file);
    expect(notes).toContain("../../../tmp/proc/slabinfo");
    expect(notes).toContain("proc/zoneinfo");
  });

  it("links in a circle end", async () => {
    const bytes = Buffer.concat([
      tarHeader({ name: "proc/net", type: "2", link: "self/net" }),
      tarHeader({ name: "proc/self", type: "2", link: "self" }),
      tarMember("proc/meminfo", MEMINFO),
    ]);
    expect(memTotal(await readOne(put("circle.tar", bytes)))).toBe(TOTAL);
  });

  it("a bomb is stopped by its ratio, and what came before it stays", async () => {
    const limits = { ratio: 100, ratioFreeBytes: 1_000_000 };
    const zeros = Buffer.alloc(50_000_000);
    const bomb = put("bomb.gz", gzipSync(zeros));
    expect((await refusal(readInputFile(bomb, { limits }))).code).toBe("ratio");
    const tar = await makeTar([ENTRIES[0] as Entry, { name: "zeros", body: zeros }]);
    const { snapshots, errors } = await readInputFile(put("bomb.tgz", gzipSync(tar)), { limits });
    expect(memTotal(snapshots[0])).toBe(TOTAL);
    expect(errors.map(({ code }) => code)).toEqual(["ratio"]);
  });

  it("too many entries, too many bytes, too much time: each says which", async () => {
    const tar = put("many.tar", await makeTar(ENTRIES));
    const read = (limits: ReadOptions["limits"] & object) => readInputFile(tar, { limits });
    expect((await refusal(readInputFile(tar, { limits: { bytesIn: 100 } }))).code).toBe(
      "too-large",
    );
    expect((await read({ entries: 2 })).errors[0]?.code).toBe("too-many-entries");
    const packed = put("many.tgz", gzipSync(await makeTar(ENTRIES)));
    const small = await refusal(readInputFile(packed, { limits: { bytesOut: 100 } }));
    expect(small.code).toBe("too-large");
    expect((await refusal(readInputFile(tar, { limits: { milliseconds: -1 } }))).code).toBe(
      "timeout",
    );
    const signal = AbortSignal.abort();
    expect((await refusal(readInputFile(tar, { signal }))).code).toBe("cancelled");
  });

  it("a large member keeps its first part, a large log its last, and both say so", async () => {
    const log = `${"[    1.000000] filler\n".repeat(2000)}[    9.000000] nginx invoked oom-killer: gfp_mask=0x0, order=0\n`;
    const tar = await makeTar([
      { name: "proc/meminfo", body: MEMINFO + "Filler: 1 kB\n".repeat(1000) },
      { name: "dmesg", body: log },
    ]);
    const limits = { memberBytes: 1000, logBytes: 1000 };
    const snapshot = await readOne(put("large.tar", tar), { limits });
    expect(memTotal(snapshot)).toBe(TOTAL);
    expect(snapshot.texts.get("dmesg")).toMatch(
      /^\[ {4}1\.000000\] filler\n[\s\S]*oom-killer.*\n$/,
    );
    expect(snapshot.unreadable.map(({ error }) => error)).toEqual([
      expect.stringContaining("first"),
      expect.stringContaining("last"),
    ]);
  });

  it.each(["gzip", "xz"])("a cut %s gives what is before the cut", async (kind) => {
    const tar = await makeTar([...ENTRIES, { name: "z", body: randomText(400_000) }]);
    const packed = kind === "gzip" ? gzipSync(tar) : tool("xz", ["-c"], tar);
    if (!packed) return; // the tool is not installed here
    const cut = put(`cut-${kind}`, packed.subarray(0, packed.length - 60_000));
    const { snapshots, errors } = await readInputFile(cut);
    expect(memTotal(snapshots[0])).toBe(TOTAL);
    expect(errors.map(({ code }) => code)).toEqual(["truncated"]);
  });

  it("a folder's links are not followed out of it", async () => {
    put("tree/proc/meminfo", MEMINFO);
    symlinkSync("/etc/passwd", join(folder, "tree/proc/slabinfo"));
    symlinkSync("/etc", join(folder, "tree/etc"));
    symlinkSync(".", join(folder, "tree/loop"));
    const snapshot = await readOne(join(folder, "tree"));
    expect(memTotal(snapshot)).toBe(TOTAL);
    expect([...snapshot.texts.values()].join()).not.toContain("root:");
  });

  it("a line of 10 MB, wrong UTF-8 and a wild number do not hide the good lines", async () => {
    const bytes = Buffer.concat([
      Buffer.from(MEMINFO),
      Buffer.from("Buffers:  1000000000 kB\n"),
      Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
      Buffer.alloc(10_000_000, "M"),
      Buffer.from("\nSlab: 7 kB\n"),
    ]);
    const started = performance.now();
    const snapshot = await readOne(put("odd/proc/meminfo", bytes).replace("/proc/meminfo", ""));
    expect(memTotal(snapshot)).toBe(TOTAL);
    expect(snapshot.meminfo?.value.get("Slab")?.value).toBe(7 * 1024);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("a process called <script> stays text", async () => {
    const text = SS.replace("nginx", "<script>alert(1)</script>");
    const { snapshots } = await readInputText("ss.txt", text);
    expect(snapshots[0]?.socketTables[0]?.rows[0]?.users[0]?.comm).toContain("<script>");
  });
});

function randomText(length: number): Buffer {
  let seed = 7;
  return Buffer.from(
    Array.from({ length }, () => {
      seed = (seed * 48271) % 2147483647;
      return 32 + (seed % 90);
    }),
  );
}

describe("an input that gives nothing says why in one word", () => {
  it.each([
    ["nothing", "", "empty"],
    ["elf", "\x7fELF\x02\x01\x01", "unsupported"],
    ["pgp", "-----BEGIN PGP MESSAGE-----\n", "encrypted"],
    ["prose", "Dear all,\nmy server is slow.\n", "nothing-recognised"],
    [
      "scc/memory.txt",
      "#==[ Command ]======================================#\n# /usr/bin/free -k\n",
      "unsupported",
    ],
    ["must-gather.tar", "", "empty"],
  ])("%s", async (name, text, code) => {
    expect((await refusal(readInputFile(put(name, text)))).code).toBe(code);
  });

  it("a path that does not exist", async () => {
    expect((await refusal(readInputFile(join(folder, "nope")))).code).toBe("not-found");
  });

  it("a live /proc that tar took for empty is told to be so", async () => {
    const tar = await makeTar([
      { name: "proc/meminfo", body: "" },
      { name: "proc/vmstat", body: "nr_free_pages 1\n" },
    ]);
    const snapshot = await readOne(put("empty-proc.tar", tar));
    expect(snapshot.unreadable).toEqual([
      { file: "proc/meminfo", error: expect.stringContaining("empty") },
    ]);
  });
});

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
