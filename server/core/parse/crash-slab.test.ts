import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "./captures.test-support";
import { parseCrashSlab } from "./crash-slab";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";

const OLD = "ffff881027cb0100 dentry                   192  280672224  280726440 14036322     4k";
// As crash 7.2.4 and later print it.
const NEW = "ffff24a440810800      512     175605    205824   1608    64k  kmalloc-512";

describe("crash kmem -s", () => {
  const capture = "blog-dentry-50g-el6-crash/crash-kmem-s.txt";
  it.skipIf(!hasCapture(capture))("slabs × size of a slab; dots of the author are no rows", () => {
    const { value, skipped } = parseCrashSlab(readCapture(capture));
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(10);
    expect(value.find(({ name }) => name === "dentry")).toMatchObject({
      ...{ objects: 280_726_440, activeObjects: 280_672_224, objectSize: 192 },
      bytes: 14_036_322 * 4096,
    });
    // Its name fills the column, so one space alone parts it from the size.
    expect(value[1]).toMatchObject({ name: "nf_conntrack_ffffffff81b2d260", objectSize: 312 });
  });

  it("the name may stand last, and hold spaces in either place", () => {
    expect(parseCrashSlab(NEW).value[0]).toMatchObject({
      ...{ name: "kmalloc-512", objects: 205_824, bytes: 1608 * 65_536 },
    });
    const spaced = (line: string) => line.replace(/dentry|kmalloc-512/, "DCCP hash v6");
    for (const line of [spaced(OLD), spaced(NEW)]) {
      expect(parseCrashSlab(line).value[0]?.name).toBe("DCCP hash v6");
    }
  });

  it("slabs and objects of kmem -S are passed over", () => {
    const details = [
      "CACHE             OBJSIZE  ALLOCATED     TOTAL  SLABS  SSIZE  NAME",
      NEW,
      "  SLAB              MEMORY            NODE  TOTAL  ALLOCATED  FREE",
      "  fffffff128cad3c0  ffff44a3ab4f0000     2    128        127     1",
      "  FREE / [ALLOCATED]",
      "  [ffff44a3ab4f8000]",
    ];
    expect(parseCrashSlab(details.join("\n"))).toMatchObject({ value: [{}], skipped: [] });
  });

  it("a message is no table", () => {
    expect(() => parseCrashSlab("kmem: cannot resolve cache_cache")).toThrow(ParseError);
  });

  const options = {
    parse: parseCrashSlab,
    good: NEW,
    pick: (value: readonly { name: string }[]) => value[0]?.name,
  };
  it("never throws anything but ParseError", () => expectOnlyParseErrors(parseCrashSlab, OLD));
  it("is not disturbed by what stands around it", () => expectNeverLost(options));
  it("takes linear time", { timeout: 60_000 }, () => expectLinear(options));
});
