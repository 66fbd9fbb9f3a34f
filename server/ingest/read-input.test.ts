import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
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
import {
  folder,
  MEMINFO,
  memTotal,
  put,
  readOne,
  SLABINFO,
  SS,
  TOTAL,
} from "./read-input.test-support";

async function refusal(reading: Promise<unknown>): Promise<IngestError> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(IngestError);
  return error as IngestError;
}

const ENTRIES: readonly Entry[] = [
  { name: "host/proc/meminfo", body: MEMINFO, mtime: new Date("2026-03-04T05:06:07Z") },
  { name: "host/proc/slabinfo", body: SLABINFO, mtime: new Date("2026-03-04T05:06:00Z") },
  { name: "host/etc/hostname", body: "db-1\n" },
  { name: "host/var/cache/huge", body: Buffer.alloc(3_000_000, "x") },
];

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
      "nothing-recognised",
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
