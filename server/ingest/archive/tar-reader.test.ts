import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeText } from "./decode-text";
import { makeTar, tarHeader, tarMember } from "./make-archive.test-support";
import { type TarEntry, TarReader } from "./tar-reader";

interface Result {
  readonly entries: TarEntry[];
  readonly texts: Map<string, string>;
  readonly cut: string[];
  readonly damages: string[];
  readonly isWhole: boolean;
}

function readTar(bytes: Buffer, pieceSize = 700): Result {
  const entries: TarEntry[] = [];
  const texts = new Map<string, string>();
  const cut: string[] = [];
  const damages: string[] = [];
  const reader = new TarReader({
    entry(entry) {
      entries.push(entry);
      const pieces: Buffer[] = [];
      return {
        write: (piece) => void pieces.push(Buffer.from(piece)),
        end: (isWhole) => {
          if (entry.kind === "file") texts.set(entry.path, decodeText(Buffer.concat(pieces)));
          if (!isWhole) cut.push(entry.path);
        },
      };
    },
    damage: (message) => void damages.push(message),
  });
  for (let at = 0; at < bytes.length; at += pieceSize) {
    reader.push(bytes.subarray(at, at + pieceSize));
  }
  return { entries, texts, cut, damages, isWhole: reader.finish() };
}

const hasTar = spawnSync("tar", ["--version"]).stdout?.toString().includes("GNU tar") ?? false;

describe("a tar is read whatever dialect it is written in", () => {
  const longName = `${"folder/".repeat(30)}meminfo`;

  it("long names and times of a pax archive arrive whole", async () => {
    const bytes = await makeTar([
      { name: longName, body: "MemTotal: 1 kB\n", mtime: new Date("2026-01-02T03:04:05Z") },
    ]);
    const { entries, texts } = readTar(bytes);
    expect(texts.get(longName)).toBe("MemTotal: 1 kB\n");
    expect(entries[0]?.mtimeMs).toBe(Date.parse("2026-01-02T03:04:05Z"));
  });

  it("pieces of any size give the same result", async () => {
    const bytes = await makeTar([
      { name: "a", body: "x".repeat(1000) },
      { name: "b", body: "y".repeat(512) },
      { name: "c", body: "" },
    ]);
    for (const size of [1, 511, 512, 513, 100_000]) {
      expect([...readTar(bytes, size).texts]).toEqual([
        ["a", "x".repeat(1000)],
        ["b", "y".repeat(512)],
        ["c", ""],
      ]);
    }
  });

  describe.skipIf(!hasTar)("as GNU tar writes it", () => {
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "ingest-tar-"));
      writeFileSync(join(folder, "meminfo"), "MemTotal: 5 kB\n");
      writeFileSync(join(folder, "n".repeat(150)), "long\n");
      writeFileSync(join(folder, "holes"), "begin\n");
      truncateSync(join(folder, "holes"), 3_000_000);
      writeFileSync(join(folder, "holes"), "end\n", { flag: "a" });
      writeFileSync(join(folder, "last"), "after the holes\n");
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    const all = ["meminfo", "holes", "last"];
    const long = "n".repeat(150);
    it.each([
      ["v7", ["meminfo", "last"], []],
      ["ustar", all, []],
      ["oldgnu", all, ["--sparse"]],
      ["gnu", [...all, long], ["--sparse"]],
      ["pax", [...all, long], ["--sparse"]],
    ] as const)("%s", (format, names, options) => {
      const bytes = execFileSync(
        "tar",
        [`--format=${format}`, ...options, "-C", folder, "-cf", "-", ...names],
        { maxBuffer: 64 * 1024 * 1024 },
      );
      const { texts, isWhole, damages } = readTar(bytes, 100_000);
      expect([...texts.keys()]).toEqual(names);
      expect(texts.get("meminfo")).toBe("MemTotal: 5 kB\n");
      expect(texts.get("last")).toBe("after the holes\n");
      expect(texts.get("holes") ?? "begin\nend\n").toBe("begin\nend\n");
      expect(texts.get(long) ?? "long\n").toBe("long\n");
      expect(damages).toEqual([]);
      expect(isWhole).toBe(true);
    });
  });
});

describe("a broken tar gives what is good in it", () => {
  it("a member behind a damaged header is still found", () => {
    const bad = tarHeader({ name: "bad", size: 4 });
    bad[0] = 0xff;
    const bytes = Buffer.concat([
      tarMember("first", "one\n"),
      bad,
      Buffer.alloc(512, "junk"),
      tarMember("second", "two\n"),
    ]);
    const { texts, damages } = readTar(bytes);
    expect([...texts.keys()]).toEqual(["first", "second"]);
    expect(damages).toHaveLength(1);
  });

  it("a cut member is handed over as cut", () => {
    const bytes = tarMember("meminfo", "MemTotal: 1 kB\n".repeat(100)).subarray(0, 900);
    const { texts, cut, isWhole } = readTar(bytes);
    expect(texts.get("meminfo")).toMatch(/^MemTotal/);
    expect(cut).toEqual(["meminfo"]);
    expect(isWhole).toBe(false);
  });

  it("a size that makes no sense does not end the reading", () => {
    const mad = tarHeader({ name: "mad" });
    mad.fill(0xff, 124, 136);
    mad.write("        ", 148, "latin1");
    const sum = mad.reduce((total, byte) => total + byte, 0);
    mad.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    const { texts } = readTar(Buffer.concat([mad, tarMember("good", "g\n")]));
    expect(texts.get("good")).toBe("g\n");
  });

  it("a pax record that lies about its length ends only that record list", () => {
    const record = tarMember("x", "999999 path=evil\n");
    record.write("x", 156, "latin1");
    record.write("        ", 148, "latin1");
    const sum = record.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    record.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    const { texts } = readTar(Buffer.concat([record, tarMember("good", "g\n")]));
    expect([...texts.keys()]).toEqual(["good"]);
  });
});
