import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseSlabinfo, type SlabCache } from "./slabinfo";

const KIB = 1024;
const PAGE = 4096;
const parse = (text: string) => parseSlabinfo(text, PAGE);
const find = (caches: readonly SlabCache[], name: string) =>
  caches.find((cache) => cache.name === name);
const sum = (caches: readonly SlabCache[]) => caches.reduce((total, { bytes }) => total + bytes, 0);
const ROW = "8 16 4096 8 8 : tunables    0    0    0 : slabdata      2      2      0";

describe("slabinfo of a real node", () => {
  it("SLUB, 6.1: sizes are pages of the slabs and add up to less than Slab", () => {
    const { value, skipped } = parse(readFixture("guest-6.1-virtio-incident/proc/slabinfo"));
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(157);
    expect(find(value, "skbuff_head_cache")).toEqual({
      ...{ name: "skbuff_head_cache", line: 61, activeObjects: 1024, objects: 1024 },
      ...{ objectSize: 256, slabs: 64, pagesPerSlab: 1, bytes: 64 * PAGE, isSlabAllocator: false },
    });
    expect(sum(value)).toBe(21_216 * KIB);
    expect(sum(value)).toBeLessThan(22_772 * KIB);
  });

  const slab = "gh-zfs-4925-dentry/proc/slabinfo";
  it.skipIf(!hasCapture(slab))("SLAB, RHEL 6/7 era: tunables tell the allocator", () => {
    const { value } = parse(readCapture(slab));
    const dentry = find(value, "dentry");
    expect(dentry?.bytes).toBe(1_519_976 * PAGE);
    expect(dentry?.isSlabAllocator).toBe(true);
  });

  const statistics = "lore-slabstats-dirty-7g-2.6.12/proc/slabinfo";
  it.skipIf(!hasCapture(statistics))("2.6.12 with statistics and tabs inside the lines", () => {
    const { value, skipped } = parse(readCapture(statistics));
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(13);
    expect(find(value, "scsi_cmd_cache")?.slabs).toBe(213);
  });

  const debug = "gh-rpi-6549-slubdebug/proc/slabinfo";
  it.skipIf(!hasCapture(debug))("slub_debug: the size is not the number in the name", () => {
    const cache = find(parse(readCapture(debug)).value, "kmalloc-1k");
    expect(cache?.objectSize).toBe(3072);
    expect(cache?.bytes).toBe(67 * 8 * PAGE);
  });

  const brackets = "pcp-laptop-15g/proc/slabinfo";
  it.skipIf(!hasCapture(brackets))("a name may hold brackets", () => {
    expect(find(parse(readCapture(brackets)).value, "gfs2_glock(aspace)")?.objectSize).toBe(1056);
  });

  const refused = "hotsos-vault-lxd-2004/sos_commands/memory/slabtop_-o";
  it.skipIf(!hasCapture(refused))("a file that holds a tool's error is an error", () => {
    expect(() => parse(readCapture(refused))).toThrow("Permission denied");
  });
});

describe("slabinfo of odd make", () => {
  it("a name may hold spaces, and the memory cgroup it was cloned for", () => {
    const { value } = parse(`DCCP hash v6 ${ROW}\ndentry(123:xyz) ${ROW}`);
    expect(value.map((cache) => cache.name)).toEqual(["DCCP hash v6", "dentry(123:xyz)"]);
  });

  it("caches of the same name are all kept", () => {
    expect(parse(`dentry ${ROW}\ndentry ${ROW}`).value).toHaveLength(2);
  });

  it("needs no heading (supportconfig strips lines with #)", () => {
    expect(parse(`slabinfo - version: 2.1\ndentry ${ROW}`).skipped).toEqual([]);
  });

  it("1.1 has the slabs before the colon", () => {
    const text = "slabinfo - version: 1.1 (SMP)\ndentry_cache 4711 4800 128 155 160 1 :  252  126";
    expect(parse(text).value[0]).toMatchObject({ objects: 4800, slabs: 160, bytes: 160 * PAGE });
  });

  it("without a version, a row of plain numbers is not a cache", () => {
    expect(() => parse("dentry_cache 4711 4800 128 155 160 1 :  252  126")).toThrow(ParseError);
  });

  it("a larger page size makes larger caches", () => {
    expect(parseSlabinfo(`dentry ${ROW}`, 65_536).value[0]?.bytes).toBe(2 * 8 * 65_536);
  });

  it("a cut row is reported, the others are kept", () => {
    const { value, skipped } = parse(`dentry ${ROW}\nfilp  8 16 4096 8 8 : tunables 0 0`);
    expect(value).toHaveLength(1);
    expect(skipped.map((line) => line.line)).toEqual([2]);
  });

  const good = `kmalloc-4k ${ROW}`;
  const pick = (caches: readonly SlabCache[]) => find(caches, "kmalloc-4k")?.bytes;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parse, good));
  it("a good line is never lost", () => expectNeverLost({ parse, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse, good, pick }));
});
