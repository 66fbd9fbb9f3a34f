import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import type { SlabCache } from "./slabinfo";
import { parseSlabtop } from "./slabtop";

const KIB = 1024;
const ROW = "392847 392662  99%    0.19K  18707       21     74828K cred_jar";

describe("slabtop", () => {
  const whole = "gh-coreos-2637-ebitmap/slabtop.txt";
  it.skipIf(!hasCapture(whole))("totals and titles are no caches", () => {
    const { value, skipped } = parseSlabtop(readCapture(whole));
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(8);
    expect(value[0]).toEqual({
      ...{ name: "ebitmap_node", line: 8, activeObjects: 734_506_368, objects: 734_506_368 },
      ...{ objectSize: 61, slabs: 11_476_662, bytes: 45_906_648 * KIB },
    });
  });

  const cut = "lore-btrfs-extent-map-5.15/slabtop.txt";
  it.skipIf(!hasCapture(cut))("a list may be cut to one row", () => {
    const { value } = parseSlabtop(readCapture(cut));
    expect(value.map(({ name, bytes }) => [name, bytes])).toEqual([
      ["btrfs_extent_map", 3_688_660 * KIB],
    ]);
  });

  const refused = "hotsos-vault-lxd-2004/sos_commands/memory/slabtop_-o";
  it.skipIf(!hasCapture(refused))("a tool's error is an error", () => {
    expect(() => parseSlabtop(readCapture(refused))).toThrow("Permission denied");
  });

  it("needs no heading", () => {
    expect(parseSlabtop(ROW).value[0]).toMatchObject({ name: "cred_jar", slabs: 18_707 });
  });

  it("pages per slab and the allocator are not printed, so they are absent", () => {
    expect(Object.keys(parseSlabtop(ROW).value[0] ?? {})).not.toContain("pagesPerSlab");
    expect(Object.keys(parseSlabtop(ROW).value[0] ?? {})).not.toContain("isSlabAllocator");
  });

  it("sizes may be in M or G, names may hold spaces", () => {
    const { value } = parseSlabtop("8 8 100% 1.50M 2 4 3.5G DCCP hash v6");
    expect(value[0]).toMatchObject({
      ...{ name: "DCCP hash v6", objectSize: 1.5 * 1024 ** 2, bytes: 3.5 * 1024 ** 3 },
    });
  });

  it("a row that was cut in its middle is reported", () => {
    const { value, skipped } = parseSlabtop(`${ROW}\n 24855  24855 100%    1.06K   1657`);
    expect(value).toHaveLength(1);
    expect(skipped.map((line) => line.line)).toEqual([2]);
    expect(() => parseSlabtop("1 2 3 4 5 6 7 8")).toThrow(ParseError);
  });

  const pick = (caches: readonly SlabCache[]) => caches.map((cache) => cache.bytes);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseSlabtop, ROW));
  it("a good line is never lost", () => expectNeverLost({ parse: parseSlabtop, good: ROW, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseSlabtop, good: ROW, pick }),
    5000,
  );
});
